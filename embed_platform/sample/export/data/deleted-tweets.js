window.YTD.deleted_tweets.part0 = [
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1766529403581895203"
          ],
          "editableUntil" : "2024-03-09T19:20:05.000Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
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
        "82"
      ],
      "favorite_count" : "1",
      "id_str" : "1766529403581895203",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1766529403581895203",
      "created_at" : "Sat Mar 09 18:20:05 +0000 2024",
      "favorited" : false,
      "full_text" : "CANARY-DELETED I take it all back about the leek judge. (removed the same evening)",
      "lang" : "en",
      "deleted_at" : "Sat Mar 09 20:20:05 +0000 2024"
    }
  }
]