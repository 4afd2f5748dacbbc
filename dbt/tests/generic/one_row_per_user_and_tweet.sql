{% test one_row_per_user_and_tweet(model) %}
select "user", tweet_id, count(*) as rows_found
from {{ model }}
group by "user", tweet_id
having count(*) > 1
{% endtest %}
