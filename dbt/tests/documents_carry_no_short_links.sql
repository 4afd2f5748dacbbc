-- A t.co link left in a document's text would be noise in its vector.
select tweet_id from {{ ref('tweets') }} where excluded is null and text like '%https://t.co/%'
