-- Every tweet, cleaned, with its conversation and, where it is no document, the reason.
with recursive cleaned as (
    select
        *,
        {{ tidy_space(drop_leading_mentions(drop_retweet_mark(drop_unresolved_links(
            expand_links(drop_links('readable_text', 'media_urls'), 'urls'))))) }} as text
    from {{ ref('stg_tweets') }}
),

-- A parent outside the archive is a placeholder: its id names the conversation all the same.
conversations as (
    select tweet."user", tweet.tweet_id, coalesce(tweet.reply_to_tweet_id, tweet.tweet_id) as conversation_id
    from cleaned as tweet
    left join cleaned as parent
        on parent."user" = tweet."user" and parent.tweet_id = tweet.reply_to_tweet_id
    where parent.tweet_id is null
    union all
    select reply."user", reply.tweet_id, conversation.conversation_id
    from cleaned as reply
    inner join conversations as conversation
        on conversation."user" = reply."user" and conversation.tweet_id = reply.reply_to_tweet_id
)

select
    cleaned."user",
    cleaned.account_id,
    cleaned.tweet_id,
    -- a reply to itself, which only a damaged archive holds, is reached from no root
    coalesce(conversations.conversation_id, cleaned.tweet_id) as conversation_id,
    cleaned.created_at,
    cleaned.text,
    cleaned.original_text,
    cleaned.reply_to_tweet_id,
    cleaned.reply_to_user_id,
    cleaned.is_retweet,
    cleaned.is_reply_to_other,
    case
        when cleaned.superseded then 'superseded_edit'
        when cleaned.is_retweet and not {{ var('include_retweets', false) }} then 'retweet'
        when cleaned.is_reply_to_other and not cleaned.is_retweet
            and not {{ var('include_replies', false) }} then 'reply_to_others'
        when cleaned.text = '' then 'empty_text'
    end as excluded,
    cleaned.lang,
    cleaned.source,
    cleaned.archive,
    cleaned.file
from cleaned
left join conversations
    on conversations."user" = cleaned."user" and conversations.tweet_id = cleaned.tweet_id
order by cleaned."user", cleaned.tweet_id
