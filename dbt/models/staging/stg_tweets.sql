-- One row per tweet of the run's users, with the text that a person would read.
select
    "user",
    account_id,
    tweet_id,
    created_at,
    full_text as original_text,
    {{ unescape_html('coalesce(note_text, full_text)') }} as readable_text,
    urls,
    media_urls,
    reply_to_tweet_id,
    reply_to_user_id,
    is_retweet,
    first_version,
    superseded,
    (reply_to_tweet_id is not null or reply_to_user_id is not null)
        and reply_to_user_id is distinct from account_id as is_reply_to_other,
    lang,
    source,
    archive,
    file
from {{ source('lake', 'raw_tweets') }}
