{% test one_row_per_user_and_message(model) %}
select "user", message_id, count(*) as rows_found
from {{ model }}
group by "user", message_id
having count(*) > 1
{% endtest %}
