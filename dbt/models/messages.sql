-- Every message, in the order of its thread, with the reason why it is in no chunk and why it would
-- be no document of its own.
with judged as (
    select
        *,
        case
            when unsent then 'unsent'
            when {{ is_blank('text') }} then 'empty'
            when "system" then 'system'
        end as fault
    from {{ source('lake', 'raw_messages') }}
)

select
    "user",
    message_id,
    thread,
    thread_id,
    thread_name,
    "position",
    sender_id,
    sender_name,
    timestamp_ms,
    text,
    {% if var('drop_system', true) -%}
    fault as excluded,
    {%- else -%}
    nullif(fault, 'system') as excluded,
    {%- endif %}
    coalesce(fault, case
        when {{ is_single_emoji('text') }} then 'single_emoji'
        when length({{ stripped('text') }}) < 3 then 'short'
        when {{ is_only_links('text') }} then 'link'
    end) as excluded_alone,
    archive
from judged
order by "user", thread, "position"
