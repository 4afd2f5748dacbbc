window.YTD.community_tweet.part0 = [
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "146"
      ],
      "favorite_count" : "3",
      "id_str" : "1838349510706663242",
      "scopes" : {
        "followers" : false
      },
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1838349510706663242",
      "community_id" : "1631081884679326239",
      "community_id_str" : "1631081884679326239",
      "created_at" : "Mon Sep 23 22:47:32 +0000 2024",
      "favorited" : false,
      "full_text" : "Hello allotment community! New here. I have clay, a gnome and a badger. Any advice on the badger very welcome, the other two I've made peace with.",
      "lang" : "en"
    }
  }
]