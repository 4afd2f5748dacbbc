-- Every tweet, cleaned, with its conversation and, where it is no document, the reason.
with recursive cleaned as (
    select
        *,
        {{ tidy_space(drop_leading_mentions(drop_retweet_mark(drop_unresolved_links(
            expand_links(drop_links('readable_text', 'media_urls'), 'urls'))))) }} as text
    from {{ ref('stg_tweets') }}
),

-- What was answered is a tweet in any of its versions; the first one stands for all.
linked as (
    select tweet.*, coalesce(parent.first_version, tweet.reply_to_tweet_id) as reply_to_version
    from cleaned as tweet
    left join cleaned as parent
        on parent."user" = tweet."user" and parent.tweet_id = tweet.reply_to_tweet_id
),

-- A parent outside the archive is a placeholder: its id names the conversation all the same.
conversations as (
    select tweet."user", tweet.first_version,
        coalesce(tweet.reply_to_version, tweet.first_version) as conversation_id
    from linked as tweet
    left join linked as parent
        on parent."user" = tweet."user" and parent.first_version = tweet.reply_to_version
        and not parent.superseded
    where parent.tweet_id is null and not tweet.superseded
    union all
    select reply."user", reply.first_version, conversation.conversation_id
    from linked as reply
    inner join conversations as conversation
        on conversation."user" = reply."user" and conversation.first_version = reply.reply_to_version
    where not reply.superseded
)

select
    linked."user",
    linked.account_id,
    linked.tweet_id,
    -- a reply to itself, which only a damaged archive holds, is reached from no root
    coalesce(conversations.conversation_id, linked.first_version) as conversation_id,
    linked.created_at,
    linked.text,
    linked.original_text,
    linked.reply_to_tweet_id,
    linked.reply_to_user_id,
    linked.first_version,
    linked.reply_to_version,
    linked.is_retweet,
    linked.is_reply_to_other,
    case
        when linked.superseded then 'superseded_edit'
        when linked.is_retweet and not {{ var('include_retweets', false) }} then 'retweet'
        when linked.is_reply_to_other and not linked.is_retweet
            and not {{ var('include_replies', false) }} then 'reply_to_others'
        when linked.text = '' then 'empty_text'
    end as excluded,
    linked.lang,
    linked.source,
    linked.archive,
    linked.file
from linked
left join conversations
    on conversations."user" = linked."user" and conversations.first_version = linked.first_version
order by linked."user", linked.tweet_id
