window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2110478406164981765"
          ],
          "editableUntil" : "2026-10-14T22:10:37.479Z",
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
        "182"
      ],
      "favorite_count" : "1",
      "id_str" : "2110478406164981765",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2110478406164981765",
      "created_at" : "Wed Oct 14 21:10:37 +0000 2026",
      "favorited" : false,
      "full_text" : "Five and a half years on here and what I have mostly learned is that everyone is at their best talking about something small they love. Goodnight from me, the cat and the Councillor.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2106659848118437650"
          ],
          "editableUntil" : "2026-10-04T09:17:02.295Z",
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
        "112"
      ],
      "favorite_count" : "1",
      "id_str" : "2106659848118437650",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2106659848118437650",
      "created_at" : "Sun Oct 04 08:17:02 +0000 2026",
      "favorited" : false,
      "full_text" : "B2 bestanden!!! Fünf Jahre, drei Lehrerinnen, unzählige falsche Artikel. Ich kaufe jetzt der, die UND das Torte.",
      "lang" : "de"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2102121013100143593"
          ],
          "editableUntil" : "2026-09-21T20:41:19.699Z",
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
        "50"
      ],
      "favorite_count" : "1",
      "id_str" : "2102121013100143593",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2102121013100143593",
      "created_at" : "Mon Sep 21 19:41:19 +0000 2026",
      "favorited" : false,
      "full_text" : "Second prize. For the gnome. The leek was \"noted\".",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2099422713511565239"
          ],
          "editableUntil" : "2026-09-14T09:59:14.945Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Unreal Allotments",
            "screen_name" : "unreal_allotmt",
            "indices" : [
              "0",
              "15"
            ],
            "id_str" : "832016641032816118",
            "id" : "832016641032816118"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "95"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "2099357534027417458",
      "id_str" : "2099422713511565239",
      "in_reply_to_user_id" : "832016641032816118",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2099422713511565239",
      "in_reply_to_status_id" : "2099357534027417458",
      "created_at" : "Mon Sep 14 08:59:14 +0000 2026",
      "favorited" : false,
      "full_text" : "@unreal_allotmt entering one (1) leek in the show, and Councillor Evans in the ornamental class",
      "lang" : "en",
      "in_reply_to_screen_name" : "unreal_allotmt",
      "in_reply_to_user_id_str" : "832016641032816118"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2097970050604207080"
          ],
          "editableUntil" : "2026-09-10T09:46:53.119Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "63"
      ],
      "favorite_count" : "2",
      "id_str" : "2097970050604207080",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2097970050604207080",
      "created_at" : "Thu Sep 10 08:46:53 +0000 2026",
      "favorited" : false,
      "full_text" : "New season at the choir. The nine tenors have matching jumpers.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2096699911335077471"
          ],
          "editableUntil" : "2026-09-06T21:39:48.319Z",
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
        "154"
      ],
      "favorite_count" : "3",
      "id_str" : "2096699911335077471",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "2096699911335077471",
      "created_at" : "Sun Sep 06 20:39:48 +0000 2026",
      "favorited" : false,
      "full_text" : "Mum's moved in downstairs. She has re-potted everything I own, alphabetised the spices and taught the cat to sit. I'm learning where my things live. Over.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2090889145768857078"
          ],
          "editableUntil" : "2026-08-21T20:49:53.850Z",
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
        "urls" : [
          {
            "url" : "https://t.co/9nqVydWdC2",
            "expanded_url" : "https://x.com/tilda_marrowby/status/1358761216465192368",
            "display_url" : "x.com/tilda_marrowby/statu…",
            "indices" : [
              "119",
              "142"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "142"
      ],
      "favorite_count" : "17",
      "id_str" : "2090889145768857078",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2090889145768857078",
      "possibly_sensitive" : false,
      "created_at" : "Fri Aug 21 19:49:53 +0000 2026",
      "favorited" : false,
      "full_text" : "Looking back at the first seeds I posted about. Five summers. The chillies never did come up. Still believe in things. https://t.co/9nqVydWdC2",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2088254311101188604"
          ],
          "editableUntil" : "2026-08-14T14:20:00.312Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Example Astro",
            "screen_name" : "example_astro",
            "indices" : [
              "3",
              "17"
            ],
            "id_str" : "974797460078902226",
            "id" : "974797460078902226"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "2088254311101188604",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2088254311101188604",
      "created_at" : "Fri Aug 14 13:20:00 +0000 2026",
      "favorited" : false,
      "full_text" : "RT @example_astro: If you missed it: the next one worth travelling for is closer than you think. Start saving now, and befriend somebody wi…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2085299123910911785"
          ],
          "editableUntil" : "2026-08-06T10:37:08.781Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/2085299123910911785/photo/1",
            "indices" : [
              "176",
              "199"
            ],
            "url" : "https://t.co/CpX4z4zLhw",
            "media_url" : "http://pbs.twimg.com/media/ExampleXUL0VSfB1RT.jpg",
            "id_str" : "2085299086160304532",
            "id" : "2085299086160304532",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleXUL0VSfB1RT.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/CpX4z4zLhw"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "199"
      ],
      "favorite_count" : "1",
      "id_str" : "2085299123910911785",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "2085299123910911785",
      "possibly_sensitive" : false,
      "created_at" : "Thu Aug 06 09:37:08 +0000 2026",
      "favorited" : false,
      "full_text" : "The eclipse, 90-odd percent. Street went the colour of old tea, the birds shut up, all the little gaps in the hedge threw crescents on the path. Five years of clouds forgiven. https://t.co/CpX4z4zLhw",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/2085299123910911785/photo/1",
            "indices" : [
              "176",
              "199"
            ],
            "url" : "https://t.co/CpX4z4zLhw",
            "media_url" : "http://pbs.twimg.com/media/ExampleXUL0VSfB1RT.jpg",
            "id_str" : "2085299086160304532",
            "id" : "2085299086160304532",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleXUL0VSfB1RT.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/CpX4z4zLhw"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2078380592731684361"
          ],
          "editableUntil" : "2026-07-18T08:25:22.408Z",
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
        "90"
      ],
      "favorite_count" : "1",
      "id_str" : "2078380592731684361",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2078380592731684361",
      "created_at" : "Sat Jul 18 07:25:22 +0000 2026",
      "favorited" : false,
      "full_text" : "Midnight swim, flat calm, phosphorescence. Every stroke lit up. I've no joke for this one.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2074927935820638945"
          ],
          "editableUntil" : "2026-07-08T19:45:44.853Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "132"
      ],
      "favorite_count" : "3",
      "id_str" : "2074927935820638945",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2074927935820638945",
      "created_at" : "Wed Jul 08 18:45:44 +0000 2026",
      "favorited" : false,
      "full_text" : "100 km charity ride. Puncture at 12, bonk at 70, brass band at 98. Raised £640 for the flood fund and ate a pie the size of my head.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2067881110975304476"
          ],
          "editableUntil" : "2026-06-19T09:04:10.886Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Example Astro",
            "screen_name" : "example_astro",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "974797460078902226",
            "id" : "974797460078902226"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "137"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "17091234567",
      "id_str" : "2067881110975304476",
      "in_reply_to_user_id" : "974797460078902226",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2067881110975304476",
      "in_reply_to_status_id" : "17091234567",
      "created_at" : "Fri Jun 19 08:04:10 +0000 2026",
      "favorited" : false,
      "full_text" : "@example_astro found your very first post about the lunar eclipse, sixteen years later, and it's still the clearest explanation I've read",
      "lang" : "en",
      "in_reply_to_screen_name" : "example_astro",
      "in_reply_to_user_id_str" : "974797460078902226"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2064824820348039523"
          ],
          "editableUntil" : "2026-06-10T22:39:34.418Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "108"
      ],
      "favorite_count" : "4",
      "id_str" : "2064824820348039523",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2064824820348039523",
      "created_at" : "Wed Jun 10 21:39:34 +0000 2026",
      "favorited" : false,
      "full_text" : "I can hold a tune, a plank and a grudge, and as of today, finally, a handstand (1.5 seconds, wall involved).",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2061437144381453834"
          ],
          "editableUntil" : "2026-06-01T14:18:09.527Z",
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
        "91"
      ],
      "favorite_count" : "3",
      "id_str" : "2061437144381453834",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2061437144381453834",
      "created_at" : "Mon Jun 01 13:18:09 +0000 2026",
      "favorited" : false,
      "full_text" : "Knee-deep in the ford with a stuck trailer &amp; eleven sheep looking on like shareholders.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2055196022255834923"
          ],
          "editableUntil" : "2026-05-15T08:58:10.058Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Imagined Bakes",
            "screen_name" : "imagined_bakes",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "827667986642697854",
            "id" : "827667986642697854"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "121"
      ],
      "favorite_count" : "0",
      "id_str" : "2055196022255834923",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2055196022255834923",
      "created_at" : "Fri May 15 07:58:10 +0000 2026",
      "favorited" : false,
      "full_text" : "RT @imagined_bakes: Your starter does not need a name, a schedule or a therapist. It needs flour. So, to be fair, do you.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2053375558358309507"
          ],
          "editableUntil" : "2026-05-10T08:24:17.642Z",
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
        "87"
      ],
      "favorite_count" : "2",
      "id_str" : "2053375558358309507",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2053375558358309507",
      "created_at" : "Sun May 10 07:24:17 +0000 2026",
      "favorited" : false,
      "full_text" : "Crumpets from scratch: holes on the first go. HOLES. I've had them framed, emotionally.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2047250620665872776"
          ],
          "editableUntil" : "2026-04-23T10:45:58.700Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Made-up Maps",
            "screen_name" : "made_up_maps",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "1402052753621298377",
            "id" : "1402052753621298377"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "83"
      ],
      "favorite_count" : "7",
      "in_reply_to_status_id_str" : "2047227971424360654",
      "id_str" : "2047250620665872776",
      "in_reply_to_user_id" : "1402052753621298377",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2047250620665872776",
      "in_reply_to_status_id" : "2047227971424360654",
      "created_at" : "Thu Apr 23 09:45:58 +0000 2026",
      "favorited" : false,
      "full_text" : "@made_up_maps 1:25,000 forever. 1:50,000 is for people who know where they're going",
      "lang" : "en",
      "in_reply_to_screen_name" : "made_up_maps",
      "in_reply_to_user_id_str" : "1402052753621298377"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2044158034646524389"
          ],
          "editableUntil" : "2026-04-14T21:57:08.736Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "63"
      ],
      "favorite_count" : "10",
      "id_str" : "2044158034646524389",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2044158034646524389",
      "created_at" : "Tue Apr 14 20:57:08 +0000 2026",
      "favorited" : false,
      "full_text" : "The pond has newts. I'm not going to be normal about the newts.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2040561563252875235"
          ],
          "editableUntil" : "2026-04-04T23:46:03.137Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "193"
      ],
      "favorite_count" : "1",
      "id_str" : "2040561563252875235",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2040561563252875235",
      "created_at" : "Sat Apr 04 22:46:03 +0000 2026",
      "favorited" : false,
      "full_text" : "Apprentice at the archive (19) found a whole hamlet that isn't on any modern sheet. Eleven houses and a well. She went quiet, then said \"so they just... stopped?\" Best day of teaching I've had.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2034891806100078778"
          ],
          "editableUntil" : "2026-03-20T08:16:27.692Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [
          {
            "url" : "https://t.co/RrrAyf3sLg",
            "expanded_url" : "https://example.org/guides/limewash",
            "display_url" : "example.org/guides/limewas…",
            "indices" : [
              "49",
              "72"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "128"
      ],
      "favorite_count" : "0",
      "id_str" : "2034891806100078778",
      "truncated" : false,
      "retweet_count" : "2",
      "id" : "2034891806100078778",
      "possibly_sensitive" : false,
      "created_at" : "Fri Mar 20 07:16:27 +0000 2026",
      "favorited" : false,
      "full_text" : "Limewashed the back bedroom following this guide https://t.co/RrrAyf3sLg and it looks wonderful and so does my hair, permanently",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2031853339696040919"
          ],
          "editableUntil" : "2026-03-11T23:02:40.850Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "86"
      ],
      "favorite_count" : "4",
      "id_str" : "2031853339696040919",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "2031853339696040919",
      "created_at" : "Wed Mar 11 22:02:40 +0000 2026",
      "favorited" : false,
      "full_text" : "Tax return done. Rewarded myself with a biscuit. Remembered a thing. Undid tax return.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2028757911134110120"
          ],
          "editableUntil" : "2026-03-03T10:02:33.170Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/2028757911134110120/photo/1",
            "indices" : [
              "130",
              "153"
            ],
            "url" : "https://t.co/kvESX04DoZ",
            "media_url" : "http://pbs.twimg.com/media/Examplefd4BM79PAaf.jpg",
            "id_str" : "2028757873382987315",
            "id" : "2028757873382987315",
            "media_url_https" : "https://pbs.twimg.com/media/Examplefd4BM79PAaf.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/kvESX04DoZ"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "153"
      ],
      "favorite_count" : "6",
      "id_str" : "2028757911134110120",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2028757911134110120",
      "possibly_sensitive" : false,
      "created_at" : "Tue Mar 03 09:02:33 +0000 2026",
      "favorited" : false,
      "full_text" : "Two waxwings on the supermarket cotoneaster, dressed for the opera. A man with a trolley and I stood there until his peas thawed. https://t.co/kvESX04DoZ",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/2028757911134110120/photo/1",
            "indices" : [
              "130",
              "153"
            ],
            "url" : "https://t.co/kvESX04DoZ",
            "media_url" : "http://pbs.twimg.com/media/Examplefd4BM79PAaf.jpg",
            "id_str" : "2028757873382987315",
            "id" : "2028757873382987315",
            "media_url_https" : "https://pbs.twimg.com/media/Examplefd4BM79PAaf.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/kvESX04DoZ"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2024741523080464523"
          ],
          "editableUntil" : "2026-02-20T08:02:51.637Z",
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
        "57"
      ],
      "favorite_count" : "2",
      "id_str" : "2024741523080464523",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "2024741523080464523",
      "created_at" : "Fri Feb 20 07:02:51 +0000 2026",
      "favorited" : false,
      "full_text" : "Lent: giving up saying \"just quickly\". Lasted until 9:04.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2023159760875796481"
          ],
          "editableUntil" : "2026-02-15T23:17:30.140Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Phantom Choir",
            "screen_name" : "phantom_choir",
            "indices" : [
              "3",
              "17"
            ],
            "id_str" : "2593939456",
            "id" : "2593939456"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "115"
      ],
      "favorite_count" : "0",
      "id_str" : "2023159760875796481",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2023159760875796481",
      "created_at" : "Sun Feb 15 22:17:30 +0000 2026",
      "favorited" : false,
      "full_text" : "RT @phantom_choir: We now have nine tenors. NINE. They have started their own WhatsApp group and we are frightened.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2018237507566491007"
          ],
          "editableUntil" : "2026-02-02T09:18:13.500Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "132"
      ],
      "favorite_count" : "7",
      "id_str" : "2018237507566491007",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2018237507566491007",
      "created_at" : "Mon Feb 02 08:18:13 +0000 2026",
      "favorited" : false,
      "full_text" : "Fog horn from the estuary, eleven miles off, at the edge of hearing. The kind of sound that makes you put the kettle on for company.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2015177811699784581"
          ],
          "editableUntil" : "2026-01-24T22:40:05.159Z",
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
        "103"
      ],
      "favorite_count" : "0",
      "id_str" : "2015177811699784581",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2015177811699784581",
      "created_at" : "Sat Jan 24 21:40:05 +0000 2026",
      "favorited" : false,
      "full_text" : "Physio says my shoulder is \"like a drawer that doesn't quite shut\". £48 well spent on that image alone.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2007813982458861656"
          ],
          "editableUntil" : "2026-01-04T14:58:51.455Z",
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
        "121"
      ],
      "favorite_count" : "1",
      "id_str" : "2007813982458861656",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2007813982458861656",
      "created_at" : "Sun Jan 04 13:58:51 +0000 2026",
      "favorited" : false,
      "full_text" : "Rainwater butt frozen solid. Popped it out like a giant's ice cube, and it is now modern art on the lawn. Offers over £5.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2002488991111166705"
          ],
          "editableUntil" : "2025-12-20T22:19:14.584Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "79"
      ],
      "favorite_count" : "3",
      "id_str" : "2002488991111166705",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2002488991111166705",
      "created_at" : "Sat Dec 20 21:19:14 +0000 2025",
      "favorited" : false,
      "full_text" : "La luna stasera sembrava un biscotto morso. Nessun commento tecnico, solo fame.",
      "lang" : "it"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "2001048130166651560"
          ],
          "editableUntil" : "2025-12-16T22:53:46.565Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "128"
      ],
      "favorite_count" : "1",
      "id_str" : "2001048130166651560",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "2001048130166651560",
      "created_at" : "Tue Dec 16 21:53:46 +0000 2025",
      "favorited" : false,
      "full_text" : "Long dark walk home along the towpath with no torch, by memory and by the smell of the bakery. Turns out I do know where I live.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1997382622697904614"
          ],
          "editableUntil" : "2025-12-06T20:08:21.482Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "134"
      ],
      "favorite_count" : "0",
      "id_str" : "1997382622697904614",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1997382622697904614",
      "created_at" : "Sat Dec 06 19:08:21 +0000 2025",
      "favorited" : false,
      "full_text" : "Twelve loaves for the shelter tonight. All of them rose. Every one. I kept opening the oven to check, as if they'd change their minds.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1992206706948211996"
          ],
          "editableUntil" : "2025-11-22T13:21:07.004Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Storybook Library",
            "screen_name" : "storybook_lib",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "1470544060220225873",
            "id" : "1470544060220225873"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "145"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1992155368666971553",
      "id_str" : "1992206706948211996",
      "in_reply_to_user_id" : "1470544060220225873",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1992206706948211996",
      "in_reply_to_status_id" : "1992155368666971553",
      "created_at" : "Sat Nov 22 12:21:07 +0000 2025",
      "favorited" : false,
      "full_text" : "@storybook_lib could I reserve the telescope for the 14th? I'll bring it back in one piece, ignore anything you might have heard about a banister",
      "lang" : "en",
      "in_reply_to_screen_name" : "storybook_lib",
      "in_reply_to_user_id_str" : "1470544060220225873"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1986129564270342081"
          ],
          "editableUntil" : "2025-11-05T18:52:43.281Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "110"
      ],
      "favorite_count" : "18",
      "id_str" : "1986129564270342081",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1986129564270342081",
      "created_at" : "Wed Nov 05 17:52:43 +0000 2025",
      "favorited" : false,
      "full_text" : "Cutting the roses back while listening to a podcast on the fall of Constantinople. Got carried away with both.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1980327323073012086"
          ],
          "editableUntil" : "2025-10-20T18:36:41.180Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Gasket & Rye Cycles",
            "screen_name" : "gasket_and_rye",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "1406401408007704655",
            "id" : "1406401408007704655"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "113"
      ],
      "favorite_count" : "0",
      "id_str" : "1980327323073012086",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1980327323073012086",
      "created_at" : "Mon Oct 20 17:36:41 +0000 2025",
      "favorited" : false,
      "full_text" : "RT @gasket_and_rye: Free lights check all week outside the shop. If we cannot see you, neither can the bin lorry.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1977733991715872564"
          ],
          "editableUntil" : "2025-10-13T14:51:42.802Z",
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
        "122"
      ],
      "favorite_count" : "1",
      "id_str" : "1977733991715872564",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1977733991715872564",
      "created_at" : "Mon Oct 13 13:51:42 +0000 2025",
      "favorited" : false,
      "full_text" : "The orchestra let me sit at the very back for the Dvořák. I played perhaps one note in three, all of them with conviction.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1974048609216302528"
          ],
          "editableUntil" : "2025-10-03T10:47:19.143Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "88"
      ],
      "favorite_count" : "2",
      "id_str" : "1974048609216302528",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1974048609216302528",
      "created_at" : "Fri Oct 03 09:47:19 +0000 2025",
      "favorited" : false,
      "full_text" : "Chainsaw course certificate, laminated. I'm legally allowed to be dangerous up to 38 cm.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1971317735822767180"
          ],
          "editableUntil" : "2025-09-25T21:55:48.189Z",
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
        "113"
      ],
      "favorite_count" : "0",
      "id_str" : "1971317735822767180",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1971317735822767180",
      "created_at" : "Thu Sep 25 20:55:48 +0000 2025",
      "favorited" : false,
      "full_text" : "Came home to find the cat fat, the beans dead and a note from next door: \"Both of these were their own decision.\"",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1968793178450147608"
          ],
          "editableUntil" : "2025-09-18T22:44:06.807Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1968793178450147608/photo/1",
            "indices" : [
              "24",
              "47"
            ],
            "url" : "https://t.co/QPMtNxM8HG",
            "media_url" : "http://pbs.twimg.com/media/ExampleE8VQHbVcbSM.jpg",
            "id_str" : "1968793140697778188",
            "id" : "1968793140697778188",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleE8VQHbVcbSM.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/QPMtNxM8HG"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "47"
      ],
      "favorite_count" : "1",
      "id_str" : "1968793178450147608",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1968793178450147608",
      "possibly_sensitive" : false,
      "created_at" : "Thu Sep 18 21:44:06 +0000 2025",
      "favorited" : false,
      "full_text" : "Kartoffelsalat secured. https://t.co/QPMtNxM8HG",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1968793178450147608/photo/1",
            "indices" : [
              "24",
              "47"
            ],
            "url" : "https://t.co/QPMtNxM8HG",
            "media_url" : "http://pbs.twimg.com/media/ExampleE8VQHbVcbSM.jpg",
            "id_str" : "1968793140697778188",
            "id" : "1968793140697778188",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleE8VQHbVcbSM.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/QPMtNxM8HG"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1966950537563443489"
          ],
          "editableUntil" : "2025-09-13T20:42:06.985Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "138"
      ],
      "favorite_count" : "0",
      "id_str" : "1966950537563443489",
      "truncated" : false,
      "retweet_count" : "2",
      "id" : "1966950537563443489",
      "created_at" : "Sat Sep 13 19:42:06 +0000 2025",
      "favorited" : false,
      "full_text" : "I had a whole conversation with the conductor at 6 am about plums and only realised afterwards that none of it was in English. NONE of it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1965161654368617588"
          ],
          "editableUntil" : "2025-09-08T22:13:43.996Z",
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
        "115"
      ],
      "favorite_count" : "1",
      "id_str" : "1965161654368617588",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1965161654368617588",
      "created_at" : "Mon Sep 08 21:13:43 +0000 2025",
      "favorited" : false,
      "full_text" : "Nachtzug, Abteil 14, oberes Bett. Unter mir schnarcht jemand im Dreivierteltakt. Wir sind also schon in Österreich.",
      "lang" : "de"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1962436726275552508"
          ],
          "editableUntil" : "2025-09-01T09:45:50.512Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "132"
      ],
      "favorite_count" : "3",
      "id_str" : "1962436726275552508",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1962436726275552508",
      "created_at" : "Mon Sep 01 08:45:50 +0000 2025",
      "favorited" : false,
      "full_text" : "Total lunar eclipse rising over the bypass, dark orange, like a coal somebody forgot to put out. Lorries honking at it. Fair enough.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1957858845515767625"
          ],
          "editableUntil" : "2025-08-19T18:34:58.686Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Farooq",
            "screen_name" : "fable_farooq",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "958203856",
            "id" : "958203856"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "117"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1957802725727900937",
      "id_str" : "1957858845515767625",
      "in_reply_to_user_id" : "958203856",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1957858845515767625",
      "in_reply_to_status_id" : "1957802725727900937",
      "created_at" : "Tue Aug 19 17:34:58 +0000 2025",
      "favorited" : false,
      "full_text" : "@fable_farooq finished it on the ferry. had to go and stand on deck in the wind so people would think it was the wind",
      "lang" : "en",
      "in_reply_to_screen_name" : "fable_farooq",
      "in_reply_to_user_id_str" : "958203856"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1951366994558467142"
          ],
          "editableUntil" : "2025-08-01T20:38:40.805Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "95"
      ],
      "favorite_count" : "0",
      "id_str" : "1951366994558467142",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1951366994558467142",
      "created_at" : "Fri Aug 01 19:38:40 +0000 2025",
      "favorited" : false,
      "full_text" : "Taught my nephew to skim stones. His: seven bounces. Mine: a plop &amp; a lecture on technique.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1947009520409765655"
          ],
          "editableUntil" : "2025-07-20T20:03:38.010Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Jo and the hens",
            "screen_name" : "placeholder_jo",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "1182808094930895495",
            "id" : "1182808094930895495"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "125"
      ],
      "favorite_count" : "0",
      "id_str" : "1947009520409765655",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1947009520409765655",
      "created_at" : "Sun Jul 20 19:03:38 +0000 2025",
      "favorited" : false,
      "full_text" : "RT @placeholder_jo: The bad hen has escaped again. If seen, do not approach. Do not make eye contact. She knows what you did.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1943594281368301637"
          ],
          "editableUntil" : "2025-07-11T09:52:41.570Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "118"
      ],
      "favorite_count" : "13",
      "id_str" : "1943594281368301637",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1943594281368301637",
      "created_at" : "Fri Jul 11 08:52:41 +0000 2025",
      "favorited" : false,
      "full_text" : "Somebody has carved \"T + M 1954\" on the stile. Asked around. T is Thomas, he is 91, he'd like it known that M said no.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1941556369918294521"
          ],
          "editableUntil" : "2025-07-05T18:54:45.618Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "118"
      ],
      "favorite_count" : "1",
      "id_str" : "1941556369918294521",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1941556369918294521",
      "created_at" : "Sat Jul 05 17:54:45 +0000 2025",
      "favorited" : false,
      "full_text" : "Heatwave day 6. Archive is 18° by law, so I've offered to work weekends for free and they've seen straight through me.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1937610722632306131"
          ],
          "editableUntil" : "2025-06-24T21:36:09.998Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Nils",
            "screen_name" : "notional_nils",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "543445945",
            "id" : "543445945"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "106"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1937551582942605892",
      "id_str" : "1937610722632306131",
      "in_reply_to_user_id" : "543445945",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1937610722632306131",
      "in_reply_to_status_id" : "1937551582942605892",
      "created_at" : "Tue Jun 24 20:36:09 +0000 2025",
      "favorited" : false,
      "full_text" : "@notional_nils Ich komme im September mit dem Nachtzug, bring bitte keine Blumen mit, bring Kartoffelsalat",
      "lang" : "de",
      "in_reply_to_screen_name" : "notional_nils",
      "in_reply_to_user_id_str" : "543445945"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1932560998913506686"
          ],
          "editableUntil" : "2025-06-10T23:10:22.045Z",
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
        "57"
      ],
      "favorite_count" : "10",
      "id_str" : "1932560998913506686",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1932560998913506686",
      "created_at" : "Tue Jun 10 22:10:22 +0000 2025",
      "favorited" : false,
      "full_text" : "Tried to make my own soy sauce. We are selling the house.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1930032360368743363"
          ],
          "editableUntil" : "2025-06-03T23:42:27.636Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "128"
      ],
      "favorite_count" : "9",
      "id_str" : "1930032360368743363",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1930032360368743363",
      "created_at" : "Tue Jun 03 22:42:27 +0000 2025",
      "favorited" : false,
      "full_text" : "Cold water this morning, and an otter! Ten metres away, flat on its back, eating something noisily like a man watching football.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1925999972229576272"
          ],
          "editableUntil" : "2025-05-23T20:39:11.385Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "89"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1925998952240298026",
      "id_str" : "1925999972229576272",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "1",
      "id" : "1925999972229576272",
      "in_reply_to_status_id" : "1925998952240298026",
      "created_at" : "Fri May 23 19:39:11 +0000 2025",
      "favorited" : false,
      "full_text" : "The tab is pinned. The tab has been pinned since 2016. If that website goes down so do I.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1925998952240298026"
          ],
          "editableUntil" : "2025-05-23T20:35:08.201Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "135"
      ],
      "favorite_count" : "0",
      "id_str" : "1925998952240298026",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1925998952240298026",
      "created_at" : "Fri May 23 19:35:08 +0000 2025",
      "favorited" : false,
      "full_text" : "Small programming confession: I've been writing Python for fourteen years and I still look up how to sort a dict by value. Every. Time.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1922731406757974175"
          ],
          "editableUntil" : "2025-05-14T20:11:04.650Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "The Fictional Owl",
            "screen_name" : "fictional_owl",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "1114316788332867118",
            "id" : "1114316788332867118"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "102"
      ],
      "favorite_count" : "16",
      "in_reply_to_status_id_str" : "1922687366566969102",
      "id_str" : "1922731406757974175",
      "in_reply_to_user_id" : "1114316788332867118",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1922731406757974175",
      "in_reply_to_status_id" : "1922687366566969102",
      "created_at" : "Wed May 14 19:11:04 +0000 2025",
      "favorited" : false,
      "full_text" : "@fictional_owl looked up. walked into a bollard. worth it. 11 of them screaming round the church tower",
      "lang" : "en",
      "in_reply_to_screen_name" : "fictional_owl",
      "in_reply_to_user_id_str" : "1114316788332867118"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1921489671721094524"
          ],
          "editableUntil" : "2025-05-11T09:56:51.947Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "The Fictional Owl",
            "screen_name" : "fictional_owl",
            "indices" : [
              "3",
              "17"
            ],
            "id_str" : "1114316788332867118",
            "id" : "1114316788332867118"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "85"
      ],
      "favorite_count" : "0",
      "id_str" : "1921489671721094524",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1921489671721094524",
      "created_at" : "Sun May 11 08:56:51 +0000 2025",
      "favorited" : false,
      "full_text" : "RT @fictional_owl: The swifts are back. Look up. That is the entire message. Look up.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1918928671229182673"
          ],
          "editableUntil" : "2025-05-04T08:20:21.848Z",
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
        "115"
      ],
      "favorite_count" : "3",
      "id_str" : "1918928671229182673",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1918928671229182673",
      "created_at" : "Sun May 04 07:20:21 +0000 2025",
      "favorited" : false,
      "full_text" : "Allotment glut forecast: moderate radishes, becoming severe. Courgettes later. Neighbours advised to draw curtains.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1915126110980067263"
          ],
          "editableUntil" : "2025-04-23T20:30:20.837Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [
          {
            "url" : "https://t.co/W26N1CzEgR",
            "expanded_url" : "https://example.com/radio/episode-88",
            "display_url" : "example.com/radio/episode-…",
            "indices" : [
              "108",
              "131"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "131"
      ],
      "favorite_count" : "8",
      "id_str" : "1915126110980067263",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1915126110980067263",
      "possibly_sensitive" : false,
      "created_at" : "Wed Apr 23 19:30:20 +0000 2025",
      "favorited" : false,
      "full_text" : "I was on the radio talking about lost footpaths! My voice sounds like a duck reading a will. 22 minutes in: https://t.co/W26N1CzEgR",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1911678842289664289"
          ],
          "editableUntil" : "2025-04-14T08:12:07.934Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "120"
      ],
      "favorite_count" : "2",
      "id_str" : "1911678842289664289",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1911678842289664289",
      "created_at" : "Mon Apr 14 07:12:07 +0000 2025",
      "favorited" : false,
      "full_text" : "That diary has been stuck in my head all day. Whole harvest lost and she wrote two words and then went to feed the hens.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1909695037141649565"
          ],
          "editableUntil" : "2025-04-08T20:49:11.929Z",
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
        "113"
      ],
      "favorite_count" : "4",
      "id_str" : "1909695037141649565",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1909695037141649565",
      "created_at" : "Tue Apr 08 19:49:11 +0000 2025",
      "favorited" : false,
      "full_text" : "Heute im Archiv ein Tagebuch von 1816 gelesen: „Kein Sommer.“ Mehr steht da nicht, drei Monate lang. Kein Sommer.",
      "lang" : "de"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1907152884782801275"
          ],
          "editableUntil" : "2025-04-01T20:27:35.576Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "105"
      ],
      "favorite_count" : "7",
      "id_str" : "1907152884782801275",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1907152884782801275",
      "created_at" : "Tue Apr 01 19:27:35 +0000 2025",
      "favorited" : false,
      "full_text" : "Wind so strong on the ridge that I pedalled downhill. Twenty minutes. In bottom gear. A lamb overtook me.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1904616748923087612"
          ],
          "editableUntil" : "2025-03-25T20:29:53.668Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "103"
      ],
      "favorite_count" : "4",
      "id_str" : "1904616748923087612",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1904616748923087612",
      "created_at" : "Tue Mar 25 19:29:53 +0000 2025",
      "favorited" : false,
      "full_text" : "Cuckoo. Actual cuckoo. First in this valley in six years. Rang four people and one of them was my bank.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1902332709451342566"
          ],
          "editableUntil" : "2025-03-19T13:13:56.222Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "111"
      ],
      "favorite_count" : "5",
      "id_str" : "1902332709451342566",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1902332709451342566",
      "created_at" : "Wed Mar 19 12:13:56 +0000 2025",
      "favorited" : false,
      "full_text" : "Badger update: the badger has dug up Councillor Evans. He's face down in the leeks. An inquiry has been opened.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1899798155359819971"
          ],
          "editableUntil" : "2025-03-12T13:22:31.437Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Nadia",
            "screen_name" : "nosuch_nadia",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "751566534869258256",
            "id" : "751566534869258256"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "114"
      ],
      "favorite_count" : "5",
      "in_reply_to_status_id_str" : "1899724671155123885",
      "id_str" : "1899798155359819971",
      "in_reply_to_user_id" : "751566534869258256",
      "truncated" : false,
      "retweet_count" : "3",
      "id" : "1899798155359819971",
      "in_reply_to_status_id" : "1899724671155123885",
      "created_at" : "Wed Mar 12 12:22:31 +0000 2025",
      "favorited" : false,
      "full_text" : "@nosuch_nadia don't apologise for the long email!! it was the best thing in my inbox, everything else was a boiler",
      "lang" : "en",
      "in_reply_to_screen_name" : "nosuch_nadia",
      "in_reply_to_user_id_str" : "751566534869258256"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1898347682665499130"
          ],
          "editableUntil" : "2025-03-08T13:18:51.798Z",
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
        "84"
      ],
      "favorite_count" : "1",
      "id_str" : "1898347682665499130",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1898347682665499130",
      "created_at" : "Sat Mar 08 12:18:51 +0000 2025",
      "favorited" : false,
      "full_text" : "Learning to read old handwriting. It's like Wordle but everyone in it died of fever.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1896912246134740760"
          ],
          "editableUntil" : "2025-03-04T14:14:57.060Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "71"
      ],
      "favorite_count" : "6",
      "id_str" : "1896912246134740760",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1896912246134740760",
      "created_at" : "Tue Mar 04 13:14:57 +0000 2025",
      "favorited" : false,
      "full_text" : "Total cloud. Partial eclipse. Complete disappointment. Good sandwiches.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1894311650322796480"
          ],
          "editableUntil" : "2025-02-25T10:01:06.702Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Inês",
            "screen_name" : "imaginary_ines",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "899783171899003952",
            "id" : "899783171899003952"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1894311650322796480",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1894311650322796480",
      "created_at" : "Tue Feb 25 09:01:06 +0000 2025",
      "favorited" : false,
      "full_text" : "RT @imaginary_ines: The teapot has been mended with gold. It is now worth less and loved more, which is the direction I would like to go in…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1890690772013186249"
          ],
          "editableUntil" : "2025-02-15T10:13:02.040Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "121"
      ],
      "favorite_count" : "1",
      "id_str" : "1890690772013186249",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1890690772013186249",
      "created_at" : "Sat Feb 15 09:13:02 +0000 2025",
      "favorited" : false,
      "full_text" : "I've started leaving my phone in the bread bin after nine. Read two novels this month. Toast keeps getting notifications.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1886337854479838838"
          ],
          "editableUntil" : "2025-02-03T09:56:05.627Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "87"
      ],
      "favorite_count" : "0",
      "id_str" : "1886337854479838838",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1886337854479838838",
      "created_at" : "Mon Feb 03 08:56:05 +0000 2025",
      "favorited" : false,
      "full_text" : "Ears ringing from brass band practice. They put me next to the tuba. I am the tuba now.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1882178738454272003"
          ],
          "editableUntil" : "2025-01-22T22:29:15.094Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1882178738454272003/photo/1",
            "indices" : [
              "70",
              "93"
            ],
            "url" : "https://t.co/vYA4MCJXM5",
            "media_url" : "http://pbs.twimg.com/media/ExampleSd05bKKah4D.jpg",
            "id_str" : "1882178700707311070",
            "id" : "1882178700707311070",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleSd05bKKah4D.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "2048",
                "h" : "1536",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/vYA4MCJXM5"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "93"
      ],
      "favorite_count" : "1",
      "id_str" : "1882178738454272003",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1882178738454272003",
      "possibly_sensitive" : false,
      "created_at" : "Wed Jan 22 21:29:15 +0000 2025",
      "favorited" : false,
      "full_text" : "Silence is different after snow. Somebody's put a lid on the village. https://t.co/vYA4MCJXM5",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1882178738454272003/photo/1",
            "indices" : [
              "70",
              "93"
            ],
            "url" : "https://t.co/vYA4MCJXM5",
            "media_url" : "http://pbs.twimg.com/media/ExampleSd05bKKah4D.jpg",
            "id_str" : "1882178700707311070",
            "id" : "1882178700707311070",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleSd05bKKah4D.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "2048",
                "h" : "1536",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/vYA4MCJXM5"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1878902985511410674"
          ],
          "editableUntil" : "2025-01-13T21:32:34.732Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Example Astro",
            "screen_name" : "example_astro",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "974797460078902226",
            "id" : "974797460078902226"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "97"
      ],
      "favorite_count" : "5",
      "in_reply_to_status_id_str" : "1878873289839865255",
      "id_str" : "1878902985511410674",
      "in_reply_to_user_id" : "974797460078902226",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1878902985511410674",
      "in_reply_to_status_id" : "1878873289839865255",
      "created_at" : "Mon Jan 13 20:32:34 +0000 2025",
      "favorited" : false,
      "full_text" : "@example_astro is it Mercury I'm seeing at 7am just over the ridge, or is it the radio mast again",
      "lang" : "en",
      "in_reply_to_screen_name" : "example_astro",
      "in_reply_to_user_id_str" : "974797460078902226"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1875473621764059674"
          ],
          "editableUntil" : "2025-01-04T10:25:30.700Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "105"
      ],
      "favorite_count" : "0",
      "id_str" : "1875473621764059674",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1875473621764059674",
      "created_at" : "Sat Jan 04 09:25:30 +0000 2025",
      "favorited" : false,
      "full_text" : "My new year's weigh-in: the compost heap, 64°C in the core. Thriving. Hot. Steaming. One of us should be.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1870895360218734442"
          ],
          "editableUntil" : "2024-12-22T19:13:08.088Z",
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
        "105"
      ],
      "favorite_count" : "1",
      "id_str" : "1870895360218734442",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1870895360218734442",
      "created_at" : "Sun Dec 22 18:13:08 +0000 2024",
      "favorited" : false,
      "full_text" : "Christmas lights are up on the bridge, hung by a man in waders. Loudest cheer I've ever heard for a bulb.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1868369813551102955"
          ],
          "editableUntil" : "2024-12-15T19:57:30.840Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Toy Region Rail",
            "screen_name" : "toyregion_rail",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "755915189255861227",
            "id" : "755915189255861227"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1868369813551102955",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1868369813551102955",
      "created_at" : "Sun Dec 15 18:57:30 +0000 2024",
      "favorited" : false,
      "full_text" : "RT @toyregion_rail: Normal service has resumed on the valley line. Thank you to the volunteers who dug out platform 2 by hand. Your tea is …",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1863676312936592368"
          ],
          "editableUntil" : "2024-12-02T21:07:13.092Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "124"
      ],
      "favorite_count" : "0",
      "id_str" : "1863676312936592368",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1863676312936592368",
      "created_at" : "Mon Dec 02 20:07:13 +0000 2024",
      "favorited" : false,
      "full_text" : "Water's gone down. Mud on everything to the height of my knee, a line across every wallpaper in the street like a signature.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1859582712409176847"
          ],
          "editableUntil" : "2024-11-21T14:00:42.671Z",
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
        "177"
      ],
      "favorite_count" : "1",
      "id_str" : "1859582712409176847",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1859582712409176847",
      "created_at" : "Thu Nov 21 13:00:42 +0000 2024",
      "favorited" : false,
      "full_text" : "Carried my neighbour's photo albums upstairs at midnight, forty years of them, and he made us tea on a camping stove while the road went by. Nobody cried till the cat turned up.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1857536461848970767"
          ],
          "editableUntil" : "2024-11-15T22:29:38.520Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "72"
      ],
      "favorite_count" : "2",
      "id_str" : "1857536461848970767",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1857536461848970767",
      "created_at" : "Fri Nov 15 21:29:38 +0000 2024",
      "favorited" : false,
      "full_text" : "Floods. Town cut off on three sides. The pub has declared itself a port.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1855597861063149103"
          ],
          "editableUntil" : "2024-11-10T14:06:20.075Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Maud",
            "screen_name" : "mockup_maud",
            "indices" : [
              "0",
              "12"
            ],
            "id_str" : "1118665442720396576",
            "id" : "1118665442720396576"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "4",
      "in_reply_to_status_id_str" : "1855532933238231857",
      "id_str" : "1855597861063149103",
      "in_reply_to_user_id" : "1118665442720396576",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1855597861063149103",
      "in_reply_to_status_id" : "1855532933238231857",
      "created_at" : "Sun Nov 10 13:06:20 +0000 2024",
      "favorited" : false,
      "full_text" : "@mockup_maud if (a &lt; b &amp;&amp; b &gt; c) and your formatter still puts it on one line, then the formatter is wrong and I will fight it",
      "lang" : "en",
      "in_reply_to_screen_name" : "mockup_maud",
      "in_reply_to_user_id_str" : "1118665442720396576"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1852702074161975747"
          ],
          "editableUntil" : "2024-11-02T14:19:30.677Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "90"
      ],
      "favorite_count" : "1",
      "id_str" : "1852702074161975747",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1852702074161975747",
      "created_at" : "Sat Nov 02 13:19:30 +0000 2024",
      "favorited" : false,
      "full_text" : "Type hints have saved me from myself twice this week. Mypy is like having a very dry aunt.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1849940587921343402"
          ],
          "editableUntil" : "2024-10-25T23:26:21.051Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "90"
      ],
      "favorite_count" : "12",
      "id_str" : "1849940587921343402",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1849940587921343402",
      "created_at" : "Fri Oct 25 22:26:21 +0000 2024",
      "favorited" : false,
      "full_text" : "Leaf blower man is back. He isn't moving the leaves. He is introducing them to each other.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1845930838723168734"
          ],
          "editableUntil" : "2024-10-14T21:53:02.345Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "70"
      ],
      "favorite_count" : "6",
      "id_str" : "1845930838723168734",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1845930838723168734",
      "created_at" : "Mon Oct 14 20:53:02 +0000 2024",
      "favorited" : false,
      "full_text" : "Bugün komşum bana bir kavanoz incir reçeli getirdi. Dünya hâlâ güzel 🍯",
      "lang" : "tr"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1845206312960323290"
          ],
          "editableUntil" : "2024-10-12T21:54:01.942Z",
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
        "129"
      ],
      "favorite_count" : "4",
      "id_str" : "1845206312960323290",
      "truncated" : false,
      "retweet_count" : "1",
      "id" : "1845206312960323290",
      "created_at" : "Sat Oct 12 20:54:01 +0000 2024",
      "favorited" : false,
      "full_text" : "Grief is odd. Three years fine, then a particular brand of hand cream in a chemist's queue and I'm no use to anyone till teatime.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1842177878494558951"
          ],
          "editableUntil" : "2024-10-04T13:20:06.900Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1842177878494558951/photo/1",
            "indices" : [
              "131",
              "154"
            ],
            "url" : "https://t.co/Sb1310RvqS",
            "media_url" : "http://pbs.twimg.com/media/ExamplecSCCCCYFgXg.jpg",
            "id_str" : "1842177840749977751",
            "id" : "1842177840749977751",
            "media_url_https" : "https://pbs.twimg.com/media/ExamplecSCCCCYFgXg.jpg",
            "sizes" : {
              "small" : {
                "w" : "510",
                "h" : "680",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1536",
                "h" : "2048",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "900",
                "h" : "1200",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/Sb1310RvqS"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "154"
      ],
      "favorite_count" : "6",
      "id_str" : "1842177878494558951",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1842177878494558951",
      "possibly_sensitive" : false,
      "created_at" : "Fri Oct 04 12:20:06 +0000 2024",
      "favorited" : false,
      "full_text" : "The comet!! Found it with bare eyes from the top of the multi-storey. A smudge with a tail, eighty thousand years late for dinner. https://t.co/Sb1310RvqS",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1842177878494558951/photo/1",
            "indices" : [
              "131",
              "154"
            ],
            "url" : "https://t.co/Sb1310RvqS",
            "media_url" : "http://pbs.twimg.com/media/ExamplecSCCCCYFgXg.jpg",
            "id_str" : "1842177840749977751",
            "id" : "1842177840749977751",
            "media_url_https" : "https://pbs.twimg.com/media/ExamplecSCCCCYFgXg.jpg",
            "sizes" : {
              "small" : {
                "w" : "510",
                "h" : "680",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1536",
                "h" : "2048",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "900",
                "h" : "1200",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/Sb1310RvqS"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1835814114064493246"
          ],
          "editableUntil" : "2024-09-16T23:52:47.226Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Ida, invented",
            "screen_name" : "invented_ida",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "970448805690992926",
            "id" : "970448805690992926"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "143"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1835790458188070650",
      "id_str" : "1835814114064493246",
      "in_reply_to_user_id" : "970448805690992926",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1835814114064493246",
      "in_reply_to_status_id" : "1835790458188070650",
      "created_at" : "Mon Sep 16 22:52:47 +0000 2024",
      "favorited" : false,
      "full_text" : "@invented_ida for the deadline: sit down, set a timer for ten, write the worst version. you are allowed to hate it. you can't edit a blank page",
      "lang" : "en",
      "in_reply_to_screen_name" : "invented_ida",
      "in_reply_to_user_id_str" : "970448805690992926"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1833210878179798348"
          ],
          "editableUntil" : "2024-09-09T19:28:27.426Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "112"
      ],
      "favorite_count" : "0",
      "id_str" : "1833210878179798348",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1833210878179798348",
      "created_at" : "Mon Sep 09 18:28:27 +0000 2024",
      "favorited" : false,
      "full_text" : "Recipe said \"cook until fragrant\". It was fragrant. Then it was smoke. There's a window, and it is not generous.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1831676920127685439"
          ],
          "editableUntil" : "2024-09-05T13:53:03.326Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "116"
      ],
      "favorite_count" : "2",
      "id_str" : "1831676920127685439",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1831676920127685439",
      "created_at" : "Thu Sep 05 12:53:03 +0000 2024",
      "favorited" : false,
      "full_text" : "Mum has started ending texts with \"Over.\" like it's a radio. I have begun replying \"Roger.\" We've never been closer.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1826700078649627219"
          ],
          "editableUntil" : "2024-08-22T20:16:51.853Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "113"
      ],
      "favorite_count" : "2",
      "id_str" : "1826700078649627219",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1826700078649627219",
      "created_at" : "Thu Aug 22 19:16:51 +0000 2024",
      "favorited" : false,
      "full_text" : "Ran the numbers. Since the car went I'm £214 a month better off, 4 kg lighter and soaked roughly 30% of the time.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1824382063486060336"
          ],
          "editableUntil" : "2024-08-16T10:45:53.971Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Sham Cycling Club",
            "screen_name" : "sham_cycling",
            "indices" : [
              "3",
              "16"
            ],
            "id_str" : "1327038465441323405",
            "id" : "1327038465441323405"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1824382063486060336",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1824382063486060336",
      "created_at" : "Fri Aug 16 09:45:53 +0000 2024",
      "favorited" : false,
      "full_text" : "RT @sham_cycling: Reminder: the wave is free. You see another rider on an empty lane, you lift two fingers off the bar. That is the whole c…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1821099270137096429"
          ],
          "editableUntil" : "2024-08-07T09:21:15.045Z",
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
        "76"
      ],
      "favorite_count" : "2",
      "id_str" : "1821099270137096429",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1821099270137096429",
      "created_at" : "Wed Aug 07 08:21:15 +0000 2024",
      "favorited" : false,
      "full_text" : "Sold the car! I am now a person with two bicycles, a rail card and opinions.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1818981913829547909"
          ],
          "editableUntil" : "2024-08-01T13:07:37.963Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "126"
      ],
      "favorite_count" : "1",
      "id_str" : "1818981913829547909",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1818981913829547909",
      "created_at" : "Thu Aug 01 12:07:37 +0000 2024",
      "favorited" : false,
      "full_text" : "Perseids clouded out. Lay in the wet grass for an hour regardless, on principle. Saw one. Might have been a plane. Counted it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1814949619818551153"
          ],
          "editableUntil" : "2024-07-21T10:04:44.155Z",
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
        "103"
      ],
      "favorite_count" : "0",
      "id_str" : "1814949619818551153",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1814949619818551153",
      "created_at" : "Sun Jul 21 09:04:44 +0000 2024",
      "favorited" : false,
      "full_text" : "Jellyfish sting. Vinegar helped. The small boy who announced loudly that I ought to be weed on did not.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1812406534995791425"
          ],
          "editableUntil" : "2024-07-14T09:39:25.485Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "132"
      ],
      "favorite_count" : "2",
      "id_str" : "1812406534995791425",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1812406534995791425",
      "created_at" : "Sun Jul 14 08:39:25 +0000 2024",
      "favorited" : false,
      "full_text" : "I don't want to alarm anyone but the sourdough starter turned four and is now technically the longest relationship of my adult life.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1810740900936139207"
          ],
          "editableUntil" : "2024-07-09T19:20:47.379Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Sham Cycling Club",
            "screen_name" : "sham_cycling",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "1327038465441323405",
            "id" : "1327038465441323405"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "83"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1810729576314395101",
      "id_str" : "1810740900936139207",
      "in_reply_to_user_id" : "1327038465441323405",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1810740900936139207",
      "in_reply_to_status_id" : "1810729576314395101",
      "created_at" : "Tue Jul 09 18:20:47 +0000 2024",
      "favorited" : false,
      "full_text" : "@sham_cycling 11 mph average including the ice cream. excluding the ice cream, 11.5",
      "lang" : "en",
      "in_reply_to_screen_name" : "sham_cycling",
      "in_reply_to_user_id_str" : "1327038465441323405"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1808766005891545480"
          ],
          "editableUntil" : "2024-07-04T08:33:15.708Z",
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
        "68"
      ],
      "favorite_count" : "1",
      "id_str" : "1808766005891545480",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1808766005891545480",
      "created_at" : "Thu Jul 04 07:33:15 +0000 2024",
      "favorited" : false,
      "full_text" : "Overheard on the 47: \"He's not a bad man, he's just from Leicester.\"",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1805500345310753985"
          ],
          "editableUntil" : "2024-06-25T08:16:41.553Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "56"
      ],
      "favorite_count" : "0",
      "id_str" : "1805500345310753985",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1805500345310753985",
      "created_at" : "Tue Jun 25 07:16:41 +0000 2024",
      "favorited" : false,
      "full_text" : "Midsummer. It doesn't get dark, it just gets thoughtful.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1803476273522764825"
          ],
          "editableUntil" : "2024-06-19T18:13:45.233Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [
          {
            "text" : "hedges",
            "indices" : [
              "131",
              "138"
            ]
          }
        ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [
          {
            "url" : "https://t.co/AaqFGZKoCM",
            "expanded_url" : "https://example.org/projects/hedge-atlas",
            "display_url" : "example.org/projects/hedge…",
            "indices" : [
              "107",
              "130"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "138"
      ],
      "favorite_count" : "0",
      "id_str" : "1803476273522764825",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1803476273522764825",
      "possibly_sensitive" : false,
      "created_at" : "Wed Jun 19 17:13:45 +0000 2024",
      "favorited" : false,
      "full_text" : "The hedgerow atlas is live! 312 volunteers, 4,100 km of hedge walked, one adder, no lawsuits. Have a look: https://t.co/AaqFGZKoCM #hedges",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1799799048930277722"
          ],
          "editableUntil" : "2024-06-09T14:41:46.571Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "130"
      ],
      "favorite_count" : "1",
      "id_str" : "1799799048930277722",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1799799048930277722",
      "created_at" : "Sun Jun 09 13:41:46 +0000 2024",
      "favorited" : false,
      "full_text" : "I asked for the bill in German, was understood, and got the bill. Six words! It only took three years. Somebody put me on a stamp.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1798422792895460453"
          ],
          "editableUntil" : "2024-06-05T19:33:01.562Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "7",
      "id_str" : "1798422792895460453",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1798422792895460453",
      "created_at" : "Wed Jun 05 18:33:01 +0000 2024",
      "favorited" : false,
      "full_text" : "Voting today in the village hall under the panto backdrop. Made a very serious mark on a very serious paper in front of a painted beanstalk.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1794307406871079454"
          ],
          "editableUntil" : "2024-05-25T10:59:57.074Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "7"
      ],
      "favorite_count" : "8",
      "id_str" : "1794307406871079454",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1794307406871079454",
      "created_at" : "Sat May 25 09:59:57 +0000 2024",
      "favorited" : false,
      "full_text" : "KEVIN 😭",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1789628517018650382"
          ],
          "editableUntil" : "2024-05-12T13:07:42.804Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Storybook Library",
            "screen_name" : "storybook_lib",
            "indices" : [
              "3",
              "17"
            ],
            "id_str" : "1470544060220225873",
            "id" : "1470544060220225873"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1789628517018650382",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1789628517018650382",
      "created_at" : "Sun May 12 12:07:42 +0000 2024",
      "favorited" : false,
      "full_text" : "RT @storybook_lib: Kevin has returned the ukulele. It is in better tune than when it left. We owe Kevin an apology and we are making him a …",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1785655436215372940"
          ],
          "editableUntil" : "2024-05-01T14:00:06.524Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1785655436215372940/photo/1",
            "indices" : [
              "174",
              "197"
            ],
            "url" : "https://t.co/gJeNgn8TBZ",
            "media_url" : "http://pbs.twimg.com/media/ExampleGAKfeAPBDgN.jpg",
            "id_str" : "1785655398468197120",
            "id" : "1785655398468197120",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleGAKfeAPBDgN.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "2048",
                "h" : "1536",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/gJeNgn8TBZ"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "197"
      ],
      "favorite_count" : "4",
      "id_str" : "1785655436215372940",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1785655436215372940",
      "possibly_sensitive" : false,
      "created_at" : "Wed May 01 13:00:06 +0000 2024",
      "favorited" : false,
      "full_text" : "Aurora again, all the way down here, pink over the gasworks. Whole street out in dressing gowns, nobody speaking above a murmur. It felt like church used to say church felt. https://t.co/gJeNgn8TBZ",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1785655436215372940/photo/1",
            "indices" : [
              "174",
              "197"
            ],
            "url" : "https://t.co/gJeNgn8TBZ",
            "media_url" : "http://pbs.twimg.com/media/ExampleGAKfeAPBDgN.jpg",
            "id_str" : "1785655398468197120",
            "id" : "1785655398468197120",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleGAKfeAPBDgN.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "2048",
                "h" : "1536",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/gJeNgn8TBZ"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1782161836829856622"
          ],
          "editableUntil" : "2024-04-21T22:37:47.523Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Finn",
            "screen_name" : "figment_finn",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "215878401",
            "id" : "215878401"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "89"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1782147995627210420",
      "id_str" : "1782161836829856622",
      "in_reply_to_user_id" : "215878401",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1782161836829856622",
      "in_reply_to_status_id" : "1782147995627210420",
      "created_at" : "Sun Apr 21 21:37:47 +0000 2024",
      "favorited" : false,
      "full_text" : "@figment_finn 1500m!!! without stopping!!! I'm so proud I told the man at the post office",
      "lang" : "en",
      "in_reply_to_screen_name" : "figment_finn",
      "in_reply_to_user_id_str" : "215878401"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1778694995535207398"
          ],
          "editableUntil" : "2024-04-12T09:01:48.147Z",
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
        "128"
      ],
      "favorite_count" : "2",
      "id_str" : "1778694995535207398",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1778694995535207398",
      "created_at" : "Fri Apr 12 08:01:48 +0000 2024",
      "favorited" : false,
      "full_text" : "The cat has brought in a slow worm, a fast worm and one of next door's socks. She has a collection going. I fear the exhibition.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1775611307573871546"
          ],
          "editableUntil" : "2024-04-03T20:48:19.645Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "159"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1775609861955551195",
      "id_str" : "1775611307573871546",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1775611307573871546",
      "in_reply_to_status_id" : "1775609861955551195",
      "created_at" : "Wed Apr 03 19:48:19 +0000 2024",
      "favorited" : false,
      "full_text" : "It still isn't good. But it's a tune, and in the middle there are about three seconds where it sounds like a person meaning something. I'll take three seconds.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1775609861955551195"
          ],
          "editableUntil" : "2024-04-03T20:42:34.983Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "115"
      ],
      "favorite_count" : "2",
      "id_str" : "1775609861955551195",
      "truncated" : false,
      "retweet_count" : "3",
      "id" : "1775609861955551195",
      "created_at" : "Wed Apr 03 19:42:34 +0000 2024",
      "favorited" : false,
      "full_text" : "Two years of cello today. I recorded myself playing the same eight bars that I recorded in week one. Braced for it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1769953572421598134"
          ],
          "editableUntil" : "2024-03-19T06:06:30.469Z",
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
        "125"
      ],
      "favorite_count" : "2",
      "id_str" : "1769953572421598134",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1769953572421598134",
      "created_at" : "Tue Mar 19 05:06:30 +0000 2024",
      "favorited" : false,
      "full_text" : "Dawn chorus walk, 4:50 am, eleven of us in bobble hats being whispered at by a retired postman who can do a perfect blackcap.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1766554719449519992"
          ],
          "editableUntil" : "2024-03-09T21:00:40.773Z",
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
        "151"
      ],
      "favorite_count" : "1",
      "id_str" : "1766554719449519992",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1766554719449519992",
      "created_at" : "Sat Mar 09 20:00:40 +0000 2024",
      "favorited" : false,
      "full_text" : "Three envelopes on the kitchen table every payday now: bills, fun, the someday-boat. The boat envelope has bought roughly one oar. But it's a real oar.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1763538724451605206"
          ],
          "editableUntil" : "2024-03-01T13:16:11.531Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "127"
      ],
      "favorite_count" : "2",
      "id_str" : "1763538724451605206",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1763538724451605206",
      "created_at" : "Fri Mar 01 12:16:11 +0000 2024",
      "favorited" : false,
      "full_text" : "Money admission: I have had the same subscription to a yoga app since 2019 and have opened it once, by accident, with my elbow.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1761507933266309362"
          ],
          "editableUntil" : "2024-02-24T22:46:33.182Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Made-up Maps",
            "screen_name" : "made_up_maps",
            "indices" : [
              "3",
              "16"
            ],
            "id_str" : "1402052753621298377",
            "id" : "1402052753621298377"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1761507933266309362",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1761507933266309362",
      "created_at" : "Sat Feb 24 21:46:33 +0000 2024",
      "favorited" : false,
      "full_text" : "RT @made_up_maps: Found in a drawer: a survey sheet where the draughtsman, bored in 1893, added a tiny sea monster to the duck pond. Uncorr…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1758063254349939347"
          ],
          "editableUntil" : "2024-02-15T10:38:37.729Z",
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
        "112"
      ],
      "favorite_count" : "6",
      "id_str" : "1758063254349939347",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1758063254349939347",
      "created_at" : "Thu Feb 15 09:38:37 +0000 2024",
      "favorited" : false,
      "full_text" : "Reading a history of salt, 500 pages, no jokes, and I can't put it down. Nobody warned me about being forty-one.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1756374271650316060"
          ],
          "editableUntil" : "2024-02-10T18:47:12.874Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Pavel (pretend)",
            "screen_name" : "pretend_pavel",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "1215950379",
            "id" : "1215950379"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "69"
      ],
      "favorite_count" : "10",
      "in_reply_to_status_id_str" : "1756361185421810178",
      "id_str" : "1756374271650316060",
      "in_reply_to_user_id" : "1215950379",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1756374271650316060",
      "in_reply_to_status_id" : "1756361185421810178",
      "created_at" : "Sat Feb 10 17:47:12 +0000 2024",
      "favorited" : false,
      "full_text" : "@pretend_pavel I put an egg in it. I know. I KNOW. it was a dark time",
      "lang" : "en",
      "in_reply_to_screen_name" : "pretend_pavel",
      "in_reply_to_user_id_str" : "1215950379"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1753493730332901879"
          ],
          "editableUntil" : "2024-02-02T20:00:58.306Z",
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
        "134"
      ],
      "favorite_count" : "2",
      "id_str" : "1753493730332901879",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1753493730332901879",
      "created_at" : "Fri Feb 02 19:00:58 +0000 2024",
      "favorited" : false,
      "full_text" : "Pancake day. First one for the cat, second one for the floor, third one for me, rest for the neighbours, who applauded over the fence.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1750632126351985232"
          ],
          "editableUntil" : "2024-01-25T22:29:58.751Z",
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
        "76"
      ],
      "favorite_count" : "3",
      "id_str" : "1750632126351985232",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1750632126351985232",
      "created_at" : "Thu Jan 25 21:29:58 +0000 2024",
      "favorited" : false,
      "full_text" : "The landlord says the mould is \"condensation\". The condensation has a stalk.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1745344343688258098"
          ],
          "editableUntil" : "2024-01-11T08:18:13.122Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "90"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1745343139630460304",
      "id_str" : "1745344343688258098",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1745344343688258098",
      "in_reply_to_status_id" : "1745343139630460304",
      "created_at" : "Thu Jan 11 07:18:13 +0000 2024",
      "favorited" : false,
      "full_text" : "\"Down your own stairs\" is doing a lot of work in that sentence. Ask me about the banister.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1745343139630460304"
          ],
          "editableUntil" : "2024-01-11T08:13:26.052Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "218"
      ],
      "favorite_count" : "4",
      "in_reply_to_status_id_str" : "1745342021019995714",
      "id_str" : "1745343139630460304",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1745343139630460304",
      "in_reply_to_status_id" : "1745342021019995714",
      "created_at" : "Thu Jan 11 07:13:26 +0000 2024",
      "favorited" : false,
      "full_text" : "Don't. Buy binoculars, 7x50, thirty quid second hand, lie on your back in a sleeping bag, and learn ten constellations. If you still want one in the spring, get the biggest Dobsonian you can carry down your own stairs.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1745342021019995714"
          ],
          "editableUntil" : "2024-01-11T08:08:59.354Z",
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
        "118"
      ],
      "favorite_count" : "10",
      "id_str" : "1745342021019995714",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1745342021019995714",
      "created_at" : "Thu Jan 11 07:08:59 +0000 2024",
      "favorited" : false,
      "full_text" : "People asked what to buy as a first telescope. My honest answer, having made every mistake once and two of them twice:",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1743023560139333987"
          ],
          "editableUntil" : "2024-01-04T22:36:15.205Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "157"
      ],
      "favorite_count" : "2",
      "id_str" : "1743023560139333987",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1743023560139333987",
      "created_at" : "Thu Jan 04 21:36:15 +0000 2024",
      "favorited" : false,
      "full_text" : "Saturn tonight through the second-hand 8 inch. I've seen ten thousand photos of it. Still made a noise like a stepped-on toy when the ring popped into focus.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1739036639373552661"
          ],
          "editableUntil" : "2023-12-24T22:33:39.221Z",
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
        "112"
      ],
      "favorite_count" : "0",
      "id_str" : "1739036639373552661",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1739036639373552661",
      "created_at" : "Sun Dec 24 21:33:39 +0000 2023",
      "favorited" : false,
      "full_text" : "Carols with the phantom tenors. We had eleven sopranos, one bass, and a boy on triangle who carried the evening.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1735789098690604240"
          ],
          "editableUntil" : "2023-12-15T23:29:05.186Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1735789098690604240/photo/1",
            "indices" : [
              "36",
              "59"
            ],
            "url" : "https://t.co/pivMQZ4Y9J",
            "media_url" : "http://pbs.twimg.com/media/ExamplecAhD1B6672S.jpg",
            "id_str" : "1735789060938882293",
            "id" : "1735789060938882293",
            "media_url_https" : "https://pbs.twimg.com/media/ExamplecAhD1B6672S.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "2048",
                "h" : "1536",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/pivMQZ4Y9J"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "59"
      ],
      "favorite_count" : "5",
      "id_str" : "1735789098690604240",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1735789098690604240",
      "possibly_sensitive" : false,
      "created_at" : "Fri Dec 15 22:29:05 +0000 2023",
      "favorited" : false,
      "full_text" : "Councillor Evans in his winter hat. https://t.co/pivMQZ4Y9J",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1735789098690604240/photo/1",
            "indices" : [
              "36",
              "59"
            ],
            "url" : "https://t.co/pivMQZ4Y9J",
            "media_url" : "http://pbs.twimg.com/media/ExamplecAhD1B6672S.jpg",
            "id_str" : "1735789060938882293",
            "id" : "1735789060938882293",
            "media_url_https" : "https://pbs.twimg.com/media/ExamplecAhD1B6672S.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "2048",
                "h" : "1536",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/pivMQZ4Y9J"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1731583376296168236"
          ],
          "editableUntil" : "2023-12-04T08:57:02.829Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "100"
      ],
      "favorite_count" : "6",
      "id_str" : "1731583376296168236",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1731583376296168236",
      "created_at" : "Mon Dec 04 07:57:02 +0000 2023",
      "favorited" : false,
      "full_text" : "Borrowed a dog for the weekend. It took the bed, I took the rug, and neither of us has mentioned it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1725870843421732551"
          ],
          "editableUntil" : "2023-11-18T14:37:28.858Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "62"
      ],
      "favorite_count" : "1",
      "id_str" : "1725870843421732551",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1725870843421732551",
      "created_at" : "Sat Nov 18 13:37:28 +0000 2023",
      "favorited" : false,
      "full_text" : "Hoy el mar estaba gris y el perro estaba feliz. Con eso basta.",
      "lang" : "es"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1724168286820031013"
          ],
          "editableUntil" : "2023-11-13T21:52:07.732Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "92"
      ],
      "favorite_count" : "2",
      "id_str" : "1724168286820031013",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1724168286820031013",
      "created_at" : "Mon Nov 13 20:52:07 +0000 2023",
      "favorited" : false,
      "full_text" : "The heron on the weir has the patience of someone who knows that the pension fund will vest.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1721245292996514824"
          ],
          "editableUntil" : "2023-11-05T20:17:11.698Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "72"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1721244834484464730",
      "id_str" : "1721245292996514824",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1721245292996514824",
      "in_reply_to_status_id" : "1721244834484464730",
      "created_at" : "Sun Nov 05 19:17:11 +0000 2023",
      "favorited" : false,
      "full_text" : "(my manager follows this account. hi Ruth. it's fine. it's all fine now)",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1721244834484464730"
          ],
          "editableUntil" : "2023-11-05T20:15:22.380Z",
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
        "106"
      ],
      "favorite_count" : "13",
      "id_str" : "1721244834484464730",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1721244834484464730",
      "created_at" : "Sun Nov 05 19:15:22 +0000 2023",
      "favorited" : false,
      "full_text" : "Backups: I had them. I HAD THEM. Restored 7,999 files before lunch and nobody upstairs ever needs to know.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1716947688322366810"
          ],
          "editableUntil" : "2023-10-24T23:40:02.898Z",
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
        "112"
      ],
      "favorite_count" : "5",
      "id_str" : "1716947688322366810",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1716947688322366810",
      "created_at" : "Tue Oct 24 22:40:02 +0000 2023",
      "favorited" : false,
      "full_text" : "Wrote a script to rename 8,000 scans. Tested it on three. It was not representative. Anyway I now have one scan.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1713822869073575513"
          ],
          "editableUntil" : "2023-10-16T08:43:07.933Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Farooq",
            "screen_name" : "fable_farooq",
            "indices" : [
              "3",
              "16"
            ],
            "id_str" : "958203856",
            "id" : "958203856"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "120"
      ],
      "favorite_count" : "0",
      "id_str" : "1713822869073575513",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1713822869073575513",
      "created_at" : "Mon Oct 16 07:43:07 +0000 2023",
      "favorited" : false,
      "full_text" : "RT @fable_farooq: Nobody tells you that half of writing a book is moving a comma out on Tuesday and back in on Thursday.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1712167769851627395"
          ],
          "editableUntil" : "2023-10-11T19:06:21.528Z",
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
        "60"
      ],
      "favorite_count" : "0",
      "id_str" : "1712167769851627395",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1712167769851627395",
      "created_at" : "Wed Oct 11 18:06:21 +0000 2023",
      "favorited" : false,
      "full_text" : "Put the duvet with the higher number on. Autumn is official.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1710201309041151251"
          ],
          "editableUntil" : "2023-10-06T08:52:20.736Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Inês",
            "screen_name" : "imaginary_ines",
            "indices" : [
              "0",
              "15"
            ],
            "id_str" : "899783171899003952",
            "id" : "899783171899003952"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "52"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "1710135626241982629",
      "id_str" : "1710201309041151251",
      "in_reply_to_user_id" : "899783171899003952",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1710201309041151251",
      "in_reply_to_status_id" : "1710135626241982629",
      "created_at" : "Fri Oct 06 07:52:20 +0000 2023",
      "favorited" : false,
      "full_text" : "@imaginary_ines oh no. oh NO. was it the good teapot",
      "lang" : "en",
      "in_reply_to_screen_name" : "imaginary_ines",
      "in_reply_to_user_id_str" : "899783171899003952"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1709698315940399364"
          ],
          "editableUntil" : "2023-10-04T23:33:37.835Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "69"
      ],
      "favorite_count" : "2",
      "id_str" : "1709698315940399364",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1709698315940399364",
      "created_at" : "Wed Oct 04 22:33:37 +0000 2023",
      "favorited" : false,
      "full_text" : "Conker season. I'm forty, with a pocket full of conkers, and no plan.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1704568109330140389"
          ],
          "editableUntil" : "2023-09-20T19:48:01.265Z",
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
        "115"
      ],
      "favorite_count" : "22",
      "id_str" : "1704568109330140389",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1704568109330140389",
      "created_at" : "Wed Sep 20 18:48:01 +0000 2023",
      "favorited" : false,
      "full_text" : "Replies to the toffee story have been so lovely that I've had to mute my phone and walk round the reservoir. Twice.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1703845278948497744"
          ],
          "editableUntil" : "2023-09-18T19:55:45.072Z",
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
        "271"
      ],
      "favorite_count" : "2",
      "id_str" : "1703845278948497744",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1703845278948497744",
      "created_at" : "Mon Sep 18 18:55:45 +0000 2023",
      "favorited" : false,
      "full_text" : "When I was about nine, my grandmother taught me to read an Ordnance Survey sheet by hiding a tin of toffees somewhere on the moor and giving me only the grid reference. No hints, no path, no phone, obviously, it was 1992 and the nearest telephone was in a pub. I learned…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1701519233652542370"
          ],
          "editableUntil" : "2023-09-12T09:52:52.658Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "83"
      ],
      "favorite_count" : "47",
      "id_str" : "1701519233652542370",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1701519233652542370",
      "created_at" : "Tue Sep 12 08:52:52 +0000 2023",
      "favorited" : false,
      "full_text" : "You know you have been scanning maps too long when you try to pinch-zoom a sandwich",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1699124608949508847"
          ],
          "editableUntil" : "2023-09-05T19:17:29.639Z",
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
        "163"
      ],
      "favorite_count" : "1",
      "id_str" : "1699124608949508847",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1699124608949508847",
      "created_at" : "Tue Sep 05 18:17:29 +0000 2023",
      "favorited" : false,
      "full_text" : "Blight. All of them. Overnight. Thirty plants, black as boots. I sat on the upturned bucket for a while and Councillor Evans said nothing, which was decent of him.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1693157170826625663"
          ],
          "editableUntil" : "2023-08-20T08:05:01.521Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "No Such Weather",
            "screen_name" : "no_such_weather",
            "indices" : [
              "0",
              "16"
            ],
            "id_str" : "895434517509675486",
            "id" : "895434517509675486"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "50"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1693137793144445597",
      "id_str" : "1693157170826625663",
      "in_reply_to_user_id" : "895434517509675486",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1693157170826625663",
      "in_reply_to_status_id" : "1693137793144445597",
      "created_at" : "Sun Aug 20 07:05:01 +0000 2023",
      "favorited" : false,
      "full_text" : "@no_such_weather my tomatoes have developed a keel",
      "lang" : "en",
      "in_reply_to_screen_name" : "no_such_weather",
      "in_reply_to_user_id_str" : "895434517509675486"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1691900211450819910"
          ],
          "editableUntil" : "2023-08-16T20:50:19.052Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "No Such Weather",
            "screen_name" : "no_such_weather",
            "indices" : [
              "3",
              "19"
            ],
            "id_str" : "895434517509675486",
            "id" : "895434517509675486"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "100"
      ],
      "favorite_count" : "0",
      "id_str" : "1691900211450819910",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1691900211450819910",
      "created_at" : "Wed Aug 16 19:50:19 +0000 2023",
      "favorited" : false,
      "full_text" : "RT @no_such_weather: Wettest August on our made-up records. The gauge has been replaced with a bath.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1689333296006604306"
          ],
          "editableUntil" : "2023-08-09T18:50:18.719Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "118"
      ],
      "favorite_count" : "0",
      "id_str" : "1689333296006604306",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1689333296006604306",
      "created_at" : "Wed Aug 09 17:50:18 +0000 2023",
      "favorited" : false,
      "full_text" : "Sixty-two lengths. Lost count at forty and started again from twenty because I am honest and also very bad at numbers.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1686637139966418699"
          ],
          "editableUntil" : "2023-08-02T08:16:45.027Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "96"
      ],
      "favorite_count" : "2",
      "id_str" : "1686637139966418699",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1686637139966418699",
      "created_at" : "Wed Aug 02 07:16:45 +0000 2023",
      "favorited" : false,
      "full_text" : "My nephew (5) asked if the moon follows us because it's lonely. Didn't correct him. Waved at it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1683217515385900286"
          ],
          "editableUntil" : "2023-07-23T21:48:22.994Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "100"
      ],
      "favorite_count" : "8",
      "id_str" : "1683217515385900286",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1683217515385900286",
      "created_at" : "Sun Jul 23 20:48:22 +0000 2023",
      "favorited" : false,
      "full_text" : "Beekeeping taster day. They don't hate you. They just have a very clear agenda and you aren't on it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1681214479281783703"
          ],
          "editableUntil" : "2023-07-18T09:09:01.972Z",
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
        "92"
      ],
      "favorite_count" : "9",
      "id_str" : "1681214479281783703",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1681214479281783703",
      "created_at" : "Tue Jul 18 08:09:01 +0000 2023",
      "favorited" : false,
      "full_text" : "It rained on the fete, the tombola floated, the vicar won the wine again. Traditions matter.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1678401809368155242"
          ],
          "editableUntil" : "2023-07-10T14:52:29.208Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Gasket & Rye Cycles",
            "screen_name" : "gasket_and_rye",
            "indices" : [
              "0",
              "15"
            ],
            "id_str" : "1406401408007704655",
            "id" : "1406401408007704655"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "128"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1678399796102963530",
      "id_str" : "1678401809368155242",
      "in_reply_to_user_id" : "1406401408007704655",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1678401809368155242",
      "in_reply_to_status_id" : "1678399796102963530",
      "created_at" : "Mon Jul 10 13:52:29 +0000 2023",
      "favorited" : false,
      "full_text" : "@gasket_and_rye any chance you could look at a squeaky headset on Saturday? it sounds like I am being followed by a small violin",
      "lang" : "en",
      "in_reply_to_screen_name" : "gasket_and_rye",
      "in_reply_to_user_id_str" : "1406401408007704655"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1675139718654338359"
          ],
          "editableUntil" : "2023-07-01T14:50:06.175Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "100"
      ],
      "favorite_count" : "11",
      "id_str" : "1675139718654338359",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1675139718654338359",
      "created_at" : "Sat Jul 01 13:50:06 +0000 2023",
      "favorited" : false,
      "full_text" : "Hay fever so bad that I sneezed in the archive reading room and an 1880s ledger turned its own page.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1670897330960451507"
          ],
          "editableUntil" : "2023-06-19T21:52:22.129Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "110"
      ],
      "favorite_count" : "1",
      "id_str" : "1670897330960451507",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1670897330960451507",
      "created_at" : "Mon Jun 19 20:52:22 +0000 2023",
      "favorited" : false,
      "full_text" : "Die Dame in der Bäckerei hat mich nicht auf Englisch umgestellt! Ich habe vor Freude ein Brot zu viel gekauft.",
      "lang" : "de"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1668717424157195933"
          ],
          "editableUntil" : "2023-06-13T21:30:11.846Z",
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
        "139"
      ],
      "favorite_count" : "1",
      "id_str" : "1668717424157195933",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1668717424157195933",
      "created_at" : "Tue Jun 13 20:30:11 +0000 2023",
      "favorited" : false,
      "full_text" : "Wien ist eine Stadt, in der man um elf Uhr vormittags Torte bestellen kann, ohne dass jemand eine Augenbraue hebt. Ich überlege zu bleiben.",
      "lang" : "de"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1666728374740292137"
          ],
          "editableUntil" : "2023-06-08T09:46:25.510Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "174"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "1666654782927733745",
      "id_str" : "1666728374740292137",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1666728374740292137",
      "in_reply_to_status_id" : "1666654782927733745",
      "created_at" : "Thu Jun 08 08:46:25 +0000 2023",
      "favorited" : false,
      "full_text" : "Vienna, 14 minutes early?! Stood on the concourse not knowing what to do with the gift. Went and had cake. The double bass went past on a trolley and we nodded to each other.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1666654782927733745"
          ],
          "editableUntil" : "2023-06-08T04:53:59.855Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "115"
      ],
      "favorite_count" : "15",
      "in_reply_to_status_id_str" : "1666617288455160798",
      "id_str" : "1666654782927733745",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1666654782927733745",
      "in_reply_to_status_id" : "1666617288455160798",
      "created_at" : "Thu Jun 08 03:53:59 +0000 2023",
      "favorited" : false,
      "full_text" : "Breakfast is two rolls, a triangle of cheese and a coffee that tastes like the idea of a coffee. Perfect. No notes.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1666617288455160798"
          ],
          "editableUntil" : "2023-06-08T02:25:00.476Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "169"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1666453220096385599",
      "id_str" : "1666617288455160798",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1666617288455160798",
      "in_reply_to_status_id" : "1666453220096385599",
      "created_at" : "Thu Jun 08 01:25:00 +0000 2023",
      "favorited" : false,
      "full_text" : "Woke somewhere in Bavaria to a field of deer standing in fog with the sun coming through behind them. Nobody else awake in the compartment. Kept it for myself until now.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1666453220096385599"
          ],
          "editableUntil" : "2023-06-07T15:33:03.531Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "72"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "1666448590679973127",
      "id_str" : "1666453220096385599",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1666453220096385599",
      "in_reply_to_status_id" : "1666448590679973127",
      "created_at" : "Wed Jun 07 14:33:03 +0000 2023",
      "favorited" : false,
      "full_text" : "The double bass is in. It has the bottom bunk. The man has the corridor.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1666448590679973127"
          ],
          "editableUntil" : "2023-06-07T15:14:39.792Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "140"
      ],
      "favorite_count" : "5",
      "in_reply_to_status_id_str" : "1666339430989267324",
      "id_str" : "1666448590679973127",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1666448590679973127",
      "in_reply_to_status_id" : "1666339430989267324",
      "created_at" : "Wed Jun 07 14:14:39 +0000 2023",
      "favorited" : false,
      "full_text" : "Brussels: chips, rain, a very long platform. A man is trying to get a double bass into a couchette. Everyone has an opinion about the angle.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1666339430989267324"
          ],
          "editableUntil" : "2023-06-07T08:00:54.094Z",
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
        "154"
      ],
      "favorite_count" : "3",
      "id_str" : "1666339430989267324",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1666339430989267324",
      "created_at" : "Wed Jun 07 07:00:54 +0000 2023",
      "favorited" : false,
      "full_text" : "Taking the sleeper across half of Europe next week because I'm scared of flying and have made it a personality. I'll report back from each border. Thread.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1661464168356635313"
          ],
          "editableUntil" : "2023-05-24T21:08:20.904Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "128"
      ],
      "favorite_count" : "4",
      "id_str" : "1661464168356635313",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1661464168356635313",
      "created_at" : "Wed May 24 20:08:20 +0000 2023",
      "favorited" : false,
      "full_text" : "Fixed a puncture by the side of the B road in eleven minutes, then spent forty looking for the valve cap, which was in my mouth.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1658104785678060978"
          ],
          "editableUntil" : "2023-05-15T14:39:21.659Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1658104785678060978/photo/1",
            "indices" : [
              "96",
              "119"
            ],
            "url" : "https://t.co/Ci8YSrDwaF",
            "media_url" : "http://pbs.twimg.com/media/Example46B4EhCHXAR.jpg",
            "id_str" : "1658104747927700879",
            "id" : "1658104747927700879",
            "media_url_https" : "https://pbs.twimg.com/media/Example46B4EhCHXAR.jpg",
            "sizes" : {
              "small" : {
                "w" : "510",
                "h" : "680",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1536",
                "h" : "2048",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "900",
                "h" : "1200",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/Ci8YSrDwaF"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "119"
      ],
      "favorite_count" : "2",
      "id_str" : "1658104785678060978",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1658104785678060978",
      "possibly_sensitive" : false,
      "created_at" : "Mon May 15 13:39:21 +0000 2023",
      "favorited" : false,
      "full_text" : "I took plot 14. I took the gnome. His name is Councillor Evans and he disapproves of my edging. https://t.co/Ci8YSrDwaF",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1658104785678060978/photo/1",
            "indices" : [
              "96",
              "119"
            ],
            "url" : "https://t.co/Ci8YSrDwaF",
            "media_url" : "http://pbs.twimg.com/media/Example46B4EhCHXAR.jpg",
            "id_str" : "1658104747927700879",
            "id" : "1658104747927700879",
            "media_url_https" : "https://pbs.twimg.com/media/Example46B4EhCHXAR.jpg",
            "sizes" : {
              "small" : {
                "w" : "510",
                "h" : "680",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1536",
                "h" : "2048",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "900",
                "h" : "1200",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/Ci8YSrDwaF"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1657091437483844293"
          ],
          "editableUntil" : "2023-05-12T19:32:40.623Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Unreal Allotments",
            "screen_name" : "unreal_allotmt",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "832016641032816118",
            "id" : "832016641032816118"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "130"
      ],
      "favorite_count" : "0",
      "id_str" : "1657091437483844293",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1657091437483844293",
      "created_at" : "Fri May 12 18:32:40 +0000 2023",
      "favorited" : false,
      "full_text" : "RT @unreal_allotmt: Plot 14 has been vacant since March. If you want it you must also take the gnome. The gnome is not negotiable.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1653021479626574375"
          ],
          "editableUntil" : "2023-05-01T14:00:07.053Z",
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
        "134"
      ],
      "favorite_count" : "2",
      "id_str" : "1653021479626574375",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1653021479626574375",
      "created_at" : "Mon May 01 13:00:07 +0000 2023",
      "favorited" : false,
      "full_text" : "The cherry tree by the station is out. The entire platform looked up from their phones at the same time. I wish I could've bottled it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1650185690363585735"
          ],
          "editableUntil" : "2023-04-23T18:11:42.207Z",
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
        "114"
      ],
      "favorite_count" : "4",
      "id_str" : "1650185690363585735",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1650185690363585735",
      "created_at" : "Sun Apr 23 17:11:42 +0000 2023",
      "favorited" : false,
      "full_text" : "Regex I wrote in January: 112 characters. Comment I wrote next to it: \"obvious\". I would like to speak to January.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1646085665570675442"
          ],
          "editableUntil" : "2023-04-12T10:39:40.121Z",
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
        "182"
      ],
      "favorite_count" : "8",
      "id_str" : "1646085665570675442",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1646085665570675442",
      "created_at" : "Wed Apr 12 09:39:40 +0000 2023",
      "favorited" : false,
      "full_text" : "Saw the northern lights from the recycling centre. Faint green, between the glass bank and the mattresses. The man in the hi-vis turned off the floodlights so we could see better. ❤️",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1643709680373050393"
          ],
          "editableUntil" : "2023-04-05T21:18:21.107Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Jo and the hens",
            "screen_name" : "placeholder_jo",
            "indices" : [
              "0",
              "15"
            ],
            "id_str" : "1182808094930895495",
            "id" : "1182808094930895495"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "98"
      ],
      "favorite_count" : "4",
      "in_reply_to_status_id_str" : "1643702130627362898",
      "id_str" : "1643709680373050393",
      "in_reply_to_user_id" : "1182808094930895495",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1643709680373050393",
      "in_reply_to_status_id" : "1643702130627362898",
      "created_at" : "Wed Apr 05 20:18:21 +0000 2023",
      "favorited" : false,
      "full_text" : "@placeholder_jo six eggs from four hens? one of them is doing overtime and I hope she's in a union",
      "lang" : "en",
      "in_reply_to_screen_name" : "placeholder_jo",
      "in_reply_to_user_id_str" : "1182808094930895495"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1639355840867701696"
          ],
          "editableUntil" : "2023-03-24T20:57:44.878Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "124"
      ],
      "favorite_count" : "8",
      "id_str" : "1639355840867701696",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1639355840867701696",
      "created_at" : "Fri Mar 24 19:57:44 +0000 2023",
      "favorited" : false,
      "full_text" : "Was ON the swan train. 45 minutes. A stranger shared his flapjack with the whole carriage and now I think we are a religion.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1636443542257155183"
          ],
          "editableUntil" : "2023-03-16T20:05:18.781Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Toy Region Rail",
            "screen_name" : "toyregion_rail",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "755915189255861227",
            "id" : "755915189255861227"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1636443542257155183",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1636443542257155183",
      "created_at" : "Thu Mar 16 19:05:18 +0000 2023",
      "favorited" : false,
      "full_text" : "RT @toyregion_rail: The 07:52 is delayed because of a swan on the line at Harrow Weir. The swan has been spoken to. The swan was not recept…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1632356428631070222"
          ],
          "editableUntil" : "2023-03-05T13:24:34.958Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "159"
      ],
      "favorite_count" : "3",
      "id_str" : "1632356428631070222",
      "truncated" : false,
      "retweet_count" : "1",
      "id" : "1632356428631070222",
      "created_at" : "Sun Mar 05 12:24:34 +0000 2023",
      "favorited" : false,
      "full_text" : "Bought the cheap wellingtons again. You would think a woman who has had wet feet every March for twenty years would have learned something about false economy.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1628830306792792999"
          ],
          "editableUntil" : "2023-02-23T19:53:02.000Z",
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
        "120"
      ],
      "favorite_count" : "14",
      "id_str" : "1628830306792792999",
      "truncated" : false,
      "retweet_count" : "2",
      "id" : "1628830306792792999",
      "created_at" : "Thu Feb 23 18:53:02 +0000 2023",
      "favorited" : false,
      "full_text" : "I think I've read the same paragraph about crop rotation nine times and I couldn't tell you a single thing about turnips",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1625785653438116594"
          ],
          "editableUntil" : "2023-02-15T10:14:40.073Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "155"
      ],
      "favorite_count" : "7",
      "id_str" : "1625785653438116594",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1625785653438116594",
      "created_at" : "Wed Feb 15 09:14:40 +0000 2023",
      "favorited" : false,
      "full_text" : "Practising scales on the cello. The cat has moved out. She is living in the airing cupboard and wants me to know it isn't about me, it's about the F sharp.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1621417654018651257"
          ],
          "editableUntil" : "2023-02-03T08:57:47.858Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1621417654018651257/photo/1",
            "indices" : [
              "123",
              "146"
            ],
            "url" : "https://t.co/8a6kisfE4b",
            "media_url" : "http://pbs.twimg.com/media/ExampleLDBT0KE0GZC.jpg",
            "id_str" : "1621417616270227878",
            "id" : "1621417616270227878",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleLDBT0KE0GZC.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/8a6kisfE4b"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "146"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1621416698438514281",
      "id_str" : "1621417654018651257",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1621417654018651257",
      "in_reply_to_status_id" : "1621416698438514281",
      "possibly_sensitive" : false,
      "created_at" : "Fri Feb 03 07:57:47 +0000 2023",
      "favorited" : false,
      "full_text" : "Total 33 birds of 9 species and one squirrel who was not invited and didn't leave. Data submitted. Same blanket next year. https://t.co/8a6kisfE4b",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1621417654018651257/photo/1",
            "indices" : [
              "123",
              "146"
            ],
            "url" : "https://t.co/8a6kisfE4b",
            "media_url" : "http://pbs.twimg.com/media/ExampleLDBT0KE0GZC.jpg",
            "id_str" : "1621417616270227878",
            "id" : "1621417616270227878",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleLDBT0KE0GZC.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/8a6kisfE4b"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1621416698438514281"
          ],
          "editableUntil" : "2023-02-03T08:54:00.030Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "96"
      ],
      "favorite_count" : "6",
      "in_reply_to_status_id_str" : "1621416241203250457",
      "id_str" : "1621416698438514281",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1621416698438514281",
      "in_reply_to_status_id" : "1621416241203250457",
      "created_at" : "Fri Feb 03 07:54:00 +0000 2023",
      "favorited" : false,
      "full_text" : "Sparrowhawk: 1, for about two seconds, after which everything else: 0, for about eleven minutes.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1621416241203250457"
          ],
          "editableUntil" : "2023-02-03T08:52:11.016Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "56"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "1621415723251111135",
      "id_str" : "1621416241203250457",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1621416241203250457",
      "in_reply_to_status_id" : "1621415723251111135",
      "created_at" : "Fri Feb 03 07:52:11 +0000 2023",
      "favorited" : false,
      "full_text" : "Wren: 1, heard not seen. Smallest bird, biggest opinion.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1621415723251111135"
          ],
          "editableUntil" : "2023-02-03T08:50:07.527Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "102"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1621415279761674236",
      "id_str" : "1621415723251111135",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1621415723251111135",
      "in_reply_to_status_id" : "1621415279761674236",
      "created_at" : "Fri Feb 03 07:50:07 +0000 2023",
      "favorited" : false,
      "full_text" : "Robin: 1. There can only be 1. I've seen what happens otherwise &amp; it isn't on the Christmas cards.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1621415279761674236"
          ],
          "editableUntil" : "2023-02-03T08:48:21.791Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "97"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1621413818029038027",
      "id_str" : "1621415279761674236",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1621415279761674236",
      "in_reply_to_status_id" : "1621413818029038027",
      "created_at" : "Fri Feb 03 07:48:21 +0000 2023",
      "favorited" : false,
      "full_text" : "Blue tits: 4. Great tits: 2. Long-tailed tits: a rolling cloud of maybe 9, like flying teaspoons.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1621413818029038027"
          ],
          "editableUntil" : "2023-02-03T08:42:33.287Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "125"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1621412368909534602",
      "id_str" : "1621413818029038027",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1621413818029038027",
      "in_reply_to_status_id" : "1621412368909534602",
      "created_at" : "Fri Feb 03 07:42:33 +0000 2023",
      "favorited" : false,
      "full_text" : "House sparrows: 14. They arrive as a gang, eat as a gang and leave as a gang. No individual sparrow has ever made a decision.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1621412368909534602"
          ],
          "editableUntil" : "2023-02-03T08:36:47.790Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "120"
      ],
      "favorite_count" : "2",
      "id_str" : "1621412368909534602",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1621412368909534602",
      "created_at" : "Fri Feb 03 07:36:47 +0000 2023",
      "favorited" : false,
      "full_text" : "Big garden bird count results are in. One hour, one flask, one blanket, one unreasonable amount of emotional investment.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1617644525368647817"
          ],
          "editableUntil" : "2023-01-23T23:04:43.886Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Farooq",
            "screen_name" : "fable_farooq",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "958203856",
            "id" : "958203856"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "124"
      ],
      "favorite_count" : "6",
      "in_reply_to_status_id_str" : "1617602750099581985",
      "id_str" : "1617644525368647817",
      "in_reply_to_user_id" : "958203856",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1617644525368647817",
      "in_reply_to_status_id" : "1617602750099581985",
      "created_at" : "Mon Jan 23 22:04:43 +0000 2023",
      "favorited" : false,
      "full_text" : "@fable_farooq that's the one! green cover, a heron on the spine, makes you cry on page 212 and again in the acknowledgements",
      "lang" : "en",
      "in_reply_to_screen_name" : "fable_farooq",
      "in_reply_to_user_id_str" : "958203856"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1615555218915984955"
          ],
          "editableUntil" : "2023-01-18T04:42:34.411Z",
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
        "195"
      ],
      "favorite_count" : "3",
      "id_str" : "1615555218915984955",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1615555218915984955",
      "created_at" : "Wed Jan 18 03:42:34 +0000 2023",
      "favorited" : false,
      "full_text" : "Insomnia, week two. 03:40, exhausted, wide awake, tossing and turning, brain replaying every meeting since 2014. I have counted the sheep. I have unionised the sheep. Alarm goes off in two hours.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1611721658019032309"
          ],
          "editableUntil" : "2023-01-07T14:49:22.269Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "89"
      ],
      "favorite_count" : "6",
      "id_str" : "1611721658019032309",
      "truncated" : false,
      "retweet_count" : "3",
      "id" : "1611721658019032309",
      "created_at" : "Sat Jan 07 13:49:22 +0000 2023",
      "favorited" : false,
      "full_text" : "Resolution: learn the names of ten mosses. I've got three. One of them might be a carpet.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1609467467180611783"
          ],
          "editableUntil" : "2023-01-01T09:32:01.292Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "129"
      ],
      "favorite_count" : "0",
      "id_str" : "1609467467180611783",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1609467467180611783",
      "created_at" : "Sun Jan 01 08:32:01 +0000 2023",
      "favorited" : false,
      "full_text" : "The dentist said \"you grind your teeth, are you stressed?\" with four instruments in my mouth, so I told her everything in vowels.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1606390732253432019"
          ],
          "editableUntil" : "2022-12-23T21:46:10.522Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "108"
      ],
      "favorite_count" : "2",
      "id_str" : "1606390732253432019",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1606390732253432019",
      "created_at" : "Fri Dec 23 20:46:10 +0000 2022",
      "favorited" : false,
      "full_text" : "The nativity had two Josephs this year because neither would back down. Honestly it improved the second act.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1603139881662109157"
          ],
          "editableUntil" : "2022-12-14T22:28:27.343Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "111"
      ],
      "favorite_count" : "1",
      "id_str" : "1603139881662109157",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1603139881662109157",
      "created_at" : "Wed Dec 14 21:28:27 +0000 2022",
      "favorited" : false,
      "full_text" : "Appris aujourd'hui que « pamplemousse » est le plus beau mot du monde, et que mon accent l'abîme à chaque fois.",
      "lang" : "fr"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1598649959844402779"
          ],
          "editableUntil" : "2022-12-02T13:07:06.563Z",
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
        "107"
      ],
      "favorite_count" : "1",
      "id_str" : "1598649959844402779",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1598649959844402779",
      "created_at" : "Fri Dec 02 12:07:06 +0000 2022",
      "favorited" : false,
      "full_text" : "Ice on the inside of the tent, Milky Way on the outside. I couldn't feel my feet and I did not care at all.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1594679587313480739"
          ],
          "editableUntil" : "2022-11-21T14:10:15.986Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Gasket & Rye Cycles",
            "screen_name" : "gasket_and_rye",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "1406401408007704655",
            "id" : "1406401408007704655"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "133"
      ],
      "favorite_count" : "0",
      "id_str" : "1594679587313480739",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1594679587313480739",
      "created_at" : "Mon Nov 21 13:10:15 +0000 2022",
      "favorited" : false,
      "full_text" : "RT @gasket_and_rye: A loose spoke is not a personality. Fix your wheels before winter, folks. Workshop open Saturday, bring biscuits.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1590430432684815230"
          ],
          "editableUntil" : "2022-11-09T20:45:38.577Z",
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
        "95"
      ],
      "favorite_count" : "2",
      "id_str" : "1590430432684815230",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1590430432684815230",
      "created_at" : "Wed Nov 09 19:45:38 +0000 2022",
      "favorited" : false,
      "full_text" : "The boiler man sucked his teeth. I have never heard an expensive sound before but that was one.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1584483133036061062"
          ],
          "editableUntil" : "2022-10-24T10:53:11.845Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "99"
      ],
      "favorite_count" : "5",
      "id_str" : "1584483133036061062",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1584483133036061062",
      "created_at" : "Mon Oct 24 09:53:11 +0000 2022",
      "favorited" : false,
      "full_text" : "Geese over at dusk, low, complaining, in a V with one straggler who I am choosing to identify with.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "edit" : {
          "initialTweetId" : "1579591089182407986",
          "editControlInitial" : {
            "editTweetIds" : [
              "1579591089182407986",
              "1579592687213834161"
            ],
            "editableUntil" : "2022-10-10T22:53:57.701Z",
            "editsRemaining" : "5",
            "isEditEligible" : true
          }
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
        "153"
      ],
      "favorite_count" : "5",
      "id_str" : "1579592687213834161",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1579592687213834161",
      "created_at" : "Mon Oct 10 22:00:18 +0000 2022",
      "favorited" : false,
      "full_text" : "Pumpkin soup recipe, by request: roast the pumpkin with a whole head of garlic, blend with stock, a spoon of miso &amp; nutmeg. Serve to people you like.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1579591089182407986",
            "1579592687213834161"
          ],
          "editableUntil" : "2022-10-10T22:53:57.701Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "142"
      ],
      "favorite_count" : "23",
      "id_str" : "1579591089182407986",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1579591089182407986",
      "created_at" : "Mon Oct 10 21:53:57 +0000 2022",
      "favorited" : false,
      "full_text" : "Pumpkin soup recipe, by request: roast the pumkin with a whole head of garlic, blend with stock, cream &amp; nutmeg. Serve to people you like.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1577729574818058939"
          ],
          "editableUntil" : "2022-10-05T19:36:58.091Z",
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
        "66"
      ],
      "favorite_count" : "5",
      "id_str" : "1577729574818058939",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1577729574818058939",
      "created_at" : "Wed Oct 05 18:36:58 +0000 2022",
      "favorited" : false,
      "full_text" : "Someone has reviewed our hill on the internet. Two stars. \"Steep.\"",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1573047741816392081"
          ],
          "editableUntil" : "2022-09-22T21:33:02.119Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Maud",
            "screen_name" : "mockup_maud",
            "indices" : [
              "0",
              "12"
            ],
            "id_str" : "1118665442720396576",
            "id" : "1118665442720396576"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "82"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1573011754688840095",
      "id_str" : "1573047741816392081",
      "in_reply_to_user_id" : "1118665442720396576",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1573047741816392081",
      "in_reply_to_status_id" : "1573011754688840095",
      "created_at" : "Thu Sep 22 20:33:02 +0000 2022",
      "favorited" : false,
      "full_text" : "@mockup_maud I would like it noted that I said \"bring a coat\" and was called a nag",
      "lang" : "en",
      "in_reply_to_screen_name" : "mockup_maud",
      "in_reply_to_user_id_str" : "1118665442720396576"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1570344689314292070"
          ],
          "editableUntil" : "2022-09-15T10:32:04.182Z",
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
        "172"
      ],
      "favorite_count" : "6",
      "id_str" : "1570344689314292070",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1570344689314292070",
      "created_at" : "Thu Sep 15 09:32:04 +0000 2022",
      "favorited" : false,
      "full_text" : "Today a man came in asking where his grandfather's orchard had been. We found it in twenty minutes on a survey from 1911. Forty-one trees, each drawn. He asked for a chair.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1567159378495845110"
          ],
          "editableUntil" : "2022-09-06T15:34:46.903Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "178"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1565709491183200235",
      "id_str" : "1567159378495845110",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1567159378495845110",
      "in_reply_to_status_id" : "1565709491183200235",
      "created_at" : "Tue Sep 06 14:34:46 +0000 2022",
      "favorited" : false,
      "full_text" : "Update! The county archive wants somebody three days a week to scan old surveys. Less money. More paper. Nobody says \"sync\". I start on the first, and the fern is coming with me.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1566056662371603264"
          ],
          "editableUntil" : "2022-09-03T14:32:58.892Z",
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
        "128"
      ],
      "favorite_count" : "8",
      "id_str" : "1566056662371603264",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1566056662371603264",
      "created_at" : "Sat Sep 03 13:32:58 +0000 2022",
      "favorited" : false,
      "full_text" : "First week at the archive. I've been allowed to hold a 1742 estate plan with my own actual hands. It smelled of smoke and mouse.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1565709491183200235"
          ],
          "editableUntil" : "2022-09-02T15:33:26.830Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "135"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1559185136866187357",
      "id_str" : "1565709491183200235",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "3",
      "id" : "1565709491183200235",
      "in_reply_to_status_id" : "1559185136866187357",
      "created_at" : "Fri Sep 02 14:33:26 +0000 2022",
      "favorited" : false,
      "full_text" : "Week three: 22 letters sent, 4 answered, 1 where they got my name wrong in a way that was honestly an improvement (Matilda Marrowbone).",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1562001789321512717"
          ],
          "editableUntil" : "2022-08-23T10:00:21.821Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "42"
      ],
      "favorite_count" : "1",
      "id_str" : "1562001789321512717",
      "truncated" : false,
      "retweet_count" : "3",
      "id" : "1562001789321512717",
      "created_at" : "Tue Aug 23 09:00:21 +0000 2022",
      "favorited" : false,
      "full_text" : "Blackberries are early, small and furious.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1559185136866187357"
          ],
          "editableUntil" : "2022-08-15T15:27:59.544Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "149"
      ],
      "favorite_count" : "9",
      "in_reply_to_status_id_str" : "1559111555505838231",
      "id_str" : "1559185136866187357",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "2",
      "id" : "1559185136866187357",
      "in_reply_to_status_id" : "1559111555505838231",
      "created_at" : "Mon Aug 15 14:27:59 +0000 2022",
      "favorited" : false,
      "full_text" : "Everyone says take a week before you do anything. I took forty minutes and then made a spreadsheet with conditional formatting. We grieve as we live.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1559111555505838231"
          ],
          "editableUntil" : "2022-08-15T10:35:36.381Z",
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
        "194"
      ],
      "favorite_count" : "3",
      "id_str" : "1559111555505838231",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1559111555505838231",
      "created_at" : "Mon Aug 15 09:35:36 +0000 2022",
      "favorited" : false,
      "full_text" : "HR put fifteen minutes in my calendar titled \"quick sync\" and by minute four my laptop had locked itself. Eleven years, two mugs, one fern. Walked out into very bright sunshine holding the fern.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1555245495158428882"
          ],
          "editableUntil" : "2022-08-04T18:33:15.766Z",
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
        "114"
      ],
      "favorite_count" : "4",
      "id_str" : "1555245495158428882",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1555245495158428882",
      "created_at" : "Thu Aug 04 17:33:15 +0000 2022",
      "favorited" : false,
      "full_text" : "The river is so low you can see the old stepping stones. My father crossed on those. So did his mum, with a goose.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1551663190895763641"
          ],
          "editableUntil" : "2022-07-25T21:18:27.874Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "158"
      ],
      "favorite_count" : "6",
      "id_str" : "1551663190895763641",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1551663190895763641",
      "created_at" : "Mon Jul 25 20:18:27 +0000 2022",
      "favorited" : false,
      "full_text" : "I keep going back to that picture. Thousands of galaxies in a patch of sky the size of a grain of sand held at arm's length, and I was worried about an email.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1549012692821094905"
          ],
          "editableUntil" : "2022-07-18T13:46:19.889Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Example Astro",
            "screen_name" : "example_astro",
            "indices" : [
              "3",
              "17"
            ],
            "id_str" : "974797460078902226",
            "id" : "974797460078902226"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1549012692821094905",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1549012692821094905",
      "created_at" : "Mon Jul 18 12:46:19 +0000 2022",
      "favorited" : false,
      "full_text" : "RT @example_astro: The first deep-field image is out. Every smudge is a galaxy. Take a moment today to feel extremely small, it is good for…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1546489626983077572"
          ],
          "editableUntil" : "2022-07-11T14:40:34.117Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "145"
      ],
      "favorite_count" : "1",
      "id_str" : "1546489626983077572",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1546489626983077572",
      "created_at" : "Mon Jul 11 13:40:34 +0000 2022",
      "favorited" : false,
      "full_text" : "Swimming in a thunderstorm is illegal, foolish and, from the changing hut with a cup of tea watching other people be told off, very entertaining.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1543672148022587379"
          ],
          "editableUntil" : "2022-07-03T20:04:54.787Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
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
      "favorite_count" : "7",
      "id_str" : "1543672148022587379",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1543672148022587379",
      "created_at" : "Sun Jul 03 19:04:54 +0000 2022",
      "favorited" : false,
      "full_text" : "38 degrees. The tarmac is soft, the butter is soup, the cat is a puddle with ears.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1538496345042220377"
          ],
          "editableUntil" : "2022-06-19T13:18:07.194Z",
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
        "151"
      ],
      "favorite_count" : "6",
      "id_str" : "1538496345042220377",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1538496345042220377",
      "created_at" : "Sun Jun 19 12:18:07 +0000 2022",
      "favorited" : false,
      "full_text" : "The new intern asked me what a floppy disk was and I said \"the save icon\" and she said \"no but what WAS it\" and I had to go and stand outside for a bit",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1537170802210630152"
          ],
          "editableUntil" : "2022-06-15T21:30:53.156Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Unreal Allotments",
            "screen_name" : "unreal_allotmt",
            "indices" : [
              "0",
              "15"
            ],
            "id_str" : "832016641032816118",
            "id" : "832016641032816118"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "92"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1537150417894161519",
      "id_str" : "1537170802210630152",
      "in_reply_to_user_id" : "832016641032816118",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1537170802210630152",
      "in_reply_to_status_id" : "1537150417894161519",
      "created_at" : "Wed Jun 15 20:30:53 +0000 2022",
      "favorited" : false,
      "full_text" : "@unreal_allotmt slugs. it is always slugs. if it isn't slugs it's pigeons who've hired slugs",
      "lang" : "en",
      "in_reply_to_screen_name" : "unreal_allotmt",
      "in_reply_to_user_id_str" : "832016641032816118"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1534105250618344336"
          ],
          "editableUntil" : "2022-06-07T10:29:28.701Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "73"
      ],
      "favorite_count" : "5",
      "id_str" : "1534105250618344336",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1534105250618344336",
      "created_at" : "Tue Jun 07 09:29:28 +0000 2022",
      "favorited" : false,
      "full_text" : "Elderflower cordial: 12 bottles. One exploded. It took the radio with it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1525831510875948744"
          ],
          "editableUntil" : "2022-05-15T14:32:35.428Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "136"
      ],
      "favorite_count" : "4",
      "id_str" : "1525831510875948744",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1525831510875948744",
      "created_at" : "Sun May 15 13:32:35 +0000 2022",
      "favorited" : false,
      "full_text" : "I have been told that I \"narrate\" while cooking. I have been told this by three separate people, at the same meal, during the narration.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1522702684462213165"
          ],
          "editableUntil" : "2022-05-06T23:19:45.080Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1522702684462213165/photo/1",
            "indices" : [
              "196",
              "219"
            ],
            "url" : "https://t.co/pUUncvcE9d",
            "media_url" : "http://pbs.twimg.com/media/ExampleTTfLBB17XHe.jpg",
            "id_str" : "1522702646711345229",
            "id" : "1522702646711345229",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleTTfLBB17XHe.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/pUUncvcE9d"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "219"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1522701352310040042",
      "id_str" : "1522702684462213165",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1522702684462213165",
      "in_reply_to_status_id" : "1522701352310040042",
      "possibly_sensitive" : false,
      "created_at" : "Fri May 06 22:19:45 +0000 2022",
      "favorited" : false,
      "full_text" : "Printed 50 copies and left them at the surgery. They were gone by Friday. Mrs Adeyemi told me it's the first time she's walked to the park since her hip, because now she knows where she can stop. https://t.co/pUUncvcE9d",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1522702684462213165/photo/1",
            "indices" : [
              "196",
              "219"
            ],
            "url" : "https://t.co/pUUncvcE9d",
            "media_url" : "http://pbs.twimg.com/media/ExampleTTfLBB17XHe.jpg",
            "id_str" : "1522702646711345229",
            "id" : "1522702646711345229",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleTTfLBB17XHe.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/pUUncvcE9d"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1522701352310040042"
          ],
          "editableUntil" : "2022-05-06T23:14:27.470Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "152"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1522700499022427427",
      "id_str" : "1522701352310040042",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1522701352310040042",
      "in_reply_to_status_id" : "1522700499022427427",
      "created_at" : "Fri May 06 22:14:27 +0000 2022",
      "favorited" : false,
      "full_text" : "The worst is the new one outside the bank. It slopes. Somebody designed a seat that does not want you. I've marked it in red with a small frowning face.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1522700499022427427"
          ],
          "editableUntil" : "2022-05-06T23:11:04.031Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "178"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1522699399665030431",
      "id_str" : "1522700499022427427",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1522700499022427427",
      "in_reply_to_status_id" : "1522699399665030431",
      "created_at" : "Fri May 06 22:11:04 +0000 2022",
      "favorited" : false,
      "full_text" : "The oldest is the stone one by the pump, 1887, worn into two dips by a hundred and thirty years of bottoms. The best is behind the bowling green, faces west, smells of cut grass.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1522699399665030431"
          ],
          "editableUntil" : "2022-05-06T23:06:41.923Z",
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
        "137"
      ],
      "favorite_count" : "6",
      "id_str" : "1522699399665030431",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1522699399665030431",
      "created_at" : "Fri May 06 22:06:41 +0000 2022",
      "favorited" : false,
      "full_text" : "I've been drawing a map of every place in this town where you can sit down without buying anything. There are 61. A thread about benches.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1517223081347285305"
          ],
          "editableUntil" : "2022-04-21T20:25:45.891Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Phantom Choir",
            "screen_name" : "phantom_choir",
            "indices" : [
              "3",
              "17"
            ],
            "id_str" : "2593939456",
            "id" : "2593939456"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "102"
      ],
      "favorite_count" : "0",
      "id_str" : "1517223081347285305",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1517223081347285305",
      "created_at" : "Thu Apr 21 19:25:45 +0000 2022",
      "favorited" : false,
      "full_text" : "RT @phantom_choir: Tenors wanted. No audition. No questions. Honestly just a pulse and a free Tuesday.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1515608763466195353"
          ],
          "editableUntil" : "2022-04-17T09:31:02.516Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "112"
      ],
      "favorite_count" : "1",
      "id_str" : "1515608763466195353",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1515608763466195353",
      "created_at" : "Sun Apr 17 08:31:02 +0000 2022",
      "favorited" : false,
      "full_text" : "Cello lesson 1. I'm 39. The instrument made a sound like a door in a haunted submarine. The teacher said \"good\".",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1513506174048365145"
          ],
          "editableUntil" : "2022-04-11T14:16:06.135Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "138"
      ],
      "favorite_count" : "7",
      "id_str" : "1513506174048365145",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1513506174048365145",
      "created_at" : "Mon Apr 11 13:16:06 +0000 2022",
      "favorited" : false,
      "full_text" : "^ my friend Samira typed that for me and it says good morning from the garden, the coffee is hot and there are many small birds. All true.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1512049979606371467"
          ],
          "editableUntil" : "2022-04-07T13:49:42.325Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "53"
      ],
      "favorite_count" : "1",
      "id_str" : "1512049979606371467",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1512049979606371467",
      "created_at" : "Thu Apr 07 12:49:42 +0000 2022",
      "favorited" : false,
      "full_text" : "صباح الخير من الحديقة، القهوة ساخنة والعصافير كثيرة 🌿",
      "lang" : "ar"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1510541820502351097"
          ],
          "editableUntil" : "2022-04-03T09:56:49.174Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "104"
      ],
      "favorite_count" : "11",
      "id_str" : "1510541820502351097",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1510541820502351097",
      "created_at" : "Sun Apr 03 08:56:49 +0000 2022",
      "favorited" : false,
      "full_text" : "Goldfinches on the feeder, five at once, like somebody spilled a jewellery box and it started bickering.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1507285643271515053"
          ],
          "editableUntil" : "2022-03-25T10:17:56.025Z",
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
        "115"
      ],
      "favorite_count" : "6",
      "id_str" : "1507285643271515053",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1507285643271515053",
      "created_at" : "Fri Mar 25 09:17:56 +0000 2022",
      "favorited" : false,
      "full_text" : "The world is very heavy this month. I planted forty sunflowers along the fence. It isn't anything. It's what I had.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1504543138604457513"
          ],
          "editableUntil" : "2022-03-17T20:40:11.960Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "62"
      ],
      "favorite_count" : "3",
      "id_str" : "1504543138604457513",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1504543138604457513",
      "created_at" : "Thu Mar 17 19:40:11 +0000 2022",
      "favorited" : false,
      "full_text" : "Frogspawn! A whole duvet of it. The pond is open for business.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1501259848166924208"
          ],
          "editableUntil" : "2022-03-08T19:13:34.519Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "100"
      ],
      "favorite_count" : "2",
      "id_str" : "1501259848166924208",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1501259848166924208",
      "created_at" : "Tue Mar 08 18:13:34 +0000 2022",
      "favorited" : false,
      "full_text" : "My German teacher says my accent is \"charming\". She said it the way you'd describe a collapsed barn.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1499741711539856081"
          ],
          "editableUntil" : "2022-03-04T14:41:02.541Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Sham Cycling Club",
            "screen_name" : "sham_cycling",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "1327038465441323405",
            "id" : "1327038465441323405"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "119"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1499722585514440335",
      "id_str" : "1499741711539856081",
      "in_reply_to_user_id" : "1327038465441323405",
      "truncated" : false,
      "retweet_count" : "1",
      "id" : "1499741711539856081",
      "in_reply_to_status_id" : "1499722585514440335",
      "created_at" : "Fri Mar 04 13:41:02 +0000 2022",
      "favorited" : false,
      "full_text" : "@sham_cycling counterpoint: mudguards are beautiful and you will all come round to it the first wet Tuesday in November",
      "lang" : "en",
      "in_reply_to_screen_name" : "sham_cycling",
      "in_reply_to_user_id_str" : "1327038465441323405"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1496254367531790650"
          ],
          "editableUntil" : "2022-02-22T23:43:34.938Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [
          {
            "url" : "https://t.co/8uQKaVfQHk",
            "expanded_url" : "https://example.com/papers/slow-buses",
            "display_url" : "example.com/papers/slow-bu…",
            "indices" : [
              "83",
              "106"
            ]
          },
          {
            "url" : "https://t.co/v6k2zLbnmg",
            "expanded_url" : "https://example.org/data/timetables",
            "display_url" : "example.org/data/timetable…",
            "indices" : [
              "149",
              "172"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "172"
      ],
      "favorite_count" : "1",
      "id_str" : "1496254367531790650",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1496254367531790650",
      "possibly_sensitive" : false,
      "created_at" : "Tue Feb 22 22:43:34 +0000 2022",
      "favorited" : false,
      "full_text" : "Wrote up my little analysis of why the 47 bus is always late (it's the roundabout) https://t.co/8uQKaVfQHk and the data is here if you want to argue https://t.co/v6k2zLbnmg",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1494083564415806915"
          ],
          "editableUntil" : "2022-02-16T23:57:35.144Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Storybook Library",
            "screen_name" : "storybook_lib",
            "indices" : [
              "3",
              "17"
            ],
            "id_str" : "1470544060220225873",
            "id" : "1470544060220225873"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "131"
      ],
      "favorite_count" : "0",
      "id_str" : "1494083564415806915",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1494083564415806915",
      "created_at" : "Wed Feb 16 22:57:35 +0000 2022",
      "favorited" : false,
      "full_text" : "RT @storybook_lib: We now lend out seeds, telescopes and one (1) ukulele. Nobody has returned the ukulele. We are not angry, Kevin.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1489658750657972744"
          ],
          "editableUntil" : "2022-02-04T18:54:57.335Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "55"
      ],
      "favorite_count" : "2",
      "id_str" : "1489658750657972744",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1489658750657972744",
      "created_at" : "Fri Feb 04 17:54:57 +0000 2022",
      "favorited" : false,
      "full_text" : "Attempted a soufflé. Achieved a pancake with ambitions.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1486781730653842902"
          ],
          "editableUntil" : "2022-01-27T20:22:42.313Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "108"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1482794712459440517",
      "id_str" : "1486781730653842902",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1486781730653842902",
      "in_reply_to_status_id" : "1482794712459440517",
      "created_at" : "Thu Jan 27 19:22:42 +0000 2022",
      "favorited" : false,
      "full_text" : "She kept every birthday card I ever drew. In order. There is a whole shoebox of horses that look like sofas.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1484659043428066901"
          ],
          "editableUntil" : "2022-01-21T23:47:54.241Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "99"
      ],
      "favorite_count" : "5",
      "id_str" : "1484659043428066901",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1484659043428066901",
      "created_at" : "Fri Jan 21 22:47:54 +0000 2022",
      "favorited" : false,
      "full_text" : "The frost has drawn ferns on the inside of the window. Pretty. Also a sign that I need new windows.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1482794712459440517"
          ],
          "editableUntil" : "2022-01-16T20:19:43.100Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "144"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1482069348082868618",
      "id_str" : "1482794712459440517",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1482794712459440517",
      "in_reply_to_status_id" : "1482069348082868618",
      "created_at" : "Sun Jan 16 19:19:43 +0000 2022",
      "favorited" : false,
      "full_text" : "Today I rang her number by accident. It is someone called Keith now. Keith was very kind about it. We talked for ten minutes about his tomatoes.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1482069348082868618"
          ],
          "editableUntil" : "2022-01-14T20:17:22.756Z",
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
        "183"
      ],
      "favorite_count" : "0",
      "id_str" : "1482069348082868618",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1482069348082868618",
      "created_at" : "Fri Jan 14 19:17:22 +0000 2022",
      "favorited" : false,
      "full_text" : "Still laying the table for two. Her cardigan is over the back of the chair and I can't wash it, because the day it stops smelling of lavender and toast is the day Gran is really gone.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1480897233188161013"
          ],
          "editableUntil" : "2022-01-11T14:39:48.789Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "63"
      ],
      "favorite_count" : "1",
      "id_str" : "1480897233188161013",
      "truncated" : false,
      "retweet_count" : "3",
      "id" : "1480897233188161013",
      "created_at" : "Tue Jan 11 13:39:48 +0000 2022",
      "favorited" : false,
      "full_text" : "Ran out of onions at 8 pm and understood how civilisations end.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1478358714053751317"
          ],
          "editableUntil" : "2022-01-04T14:32:38.664Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "148"
      ],
      "favorite_count" : "3",
      "id_str" : "1478358714053751317",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1478358714053751317",
      "created_at" : "Tue Jan 04 13:32:38 +0000 2022",
      "favorited" : false,
      "full_text" : "RTX 3060 arrived for the old PC and the fan is louder than the vacuum. Renders my little terrain maps in 9 seconds though, so now I'm smug and deaf.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1473276923570157911"
          ],
          "editableUntil" : "2021-12-21T13:59:25.397Z",
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
        "86"
      ],
      "favorite_count" : "2",
      "id_str" : "1473276923570157911",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1473276923570157911",
      "created_at" : "Tue Dec 21 12:59:25 +0000 2021",
      "favorited" : false,
      "full_text" : "Gave everyone jam. Everyone gave me jam. The economy of this village is a closed loop.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1469955492174370762"
          ],
          "editableUntil" : "2021-12-12T10:01:14.443Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Jo and the hens",
            "screen_name" : "placeholder_jo",
            "indices" : [
              "0",
              "15"
            ],
            "id_str" : "1182808094930895495",
            "id" : "1182808094930895495"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "78"
      ],
      "favorite_count" : "0",
      "in_reply_to_status_id_str" : "1469908935400953428",
      "id_str" : "1469955492174370762",
      "in_reply_to_user_id" : "1182808094930895495",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1469955492174370762",
      "in_reply_to_status_id" : "1469908935400953428",
      "created_at" : "Sun Dec 12 09:01:14 +0000 2021",
      "favorited" : false,
      "full_text" : "@placeholder_jo merry christmas to you and all the hens, including the bad one",
      "lang" : "en",
      "in_reply_to_screen_name" : "placeholder_jo",
      "in_reply_to_user_id_str" : "1182808094930895495"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1465940909607812894"
          ],
          "editableUntil" : "2021-12-01T08:08:43.372Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "106"
      ],
      "favorite_count" : "1",
      "id_str" : "1465940909607812894",
      "truncated" : false,
      "retweet_count" : "2",
      "id" : "1465940909607812894",
      "created_at" : "Wed Dec 01 07:08:43 +0000 2021",
      "favorited" : false,
      "full_text" : "Shortest day. Lit the stove at three. From here on it is all uphill into the light, two minutes at a time.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1461975162382821397"
          ],
          "editableUntil" : "2021-11-20T09:30:15.554Z",
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
        "70"
      ],
      "favorite_count" : "4",
      "id_str" : "1461975162382821397",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1461975162382821397",
      "created_at" : "Sat Nov 20 08:30:15 +0000 2021",
      "favorited" : false,
      "full_text" : "Knitting update: it was going to be a hat. It is now a very warm bowl.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1460596624108480751"
          ],
          "editableUntil" : "2021-11-16T14:12:26.417Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "143"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1457334016242816413",
      "id_str" : "1460596624108480751",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "2",
      "id" : "1460596624108480751",
      "in_reply_to_status_id" : "1457334016242816413",
      "created_at" : "Tue Nov 16 13:12:26 +0000 2021",
      "favorited" : false,
      "full_text" : "Heard it hammering on the skylight at 2 in the morning and lay there in the dark, completely dry, grinning like a fool. Best £1,900 of my life.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1458360227178056803"
          ],
          "editableUntil" : "2021-11-10T10:05:47.839Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Nils",
            "screen_name" : "notional_nils",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "543445945",
            "id" : "543445945"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "86"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1458304862366858558",
      "id_str" : "1458360227178056803",
      "in_reply_to_user_id" : "543445945",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1458360227178056803",
      "in_reply_to_status_id" : "1458304862366858558",
      "created_at" : "Wed Nov 10 09:05:47 +0000 2021",
      "favorited" : false,
      "full_text" : "@notional_nils Danke! Ich verstehe jetzt „doch“. Ich verstehe es wirklich. Nein? Doch.",
      "lang" : "de",
      "in_reply_to_screen_name" : "notional_nils",
      "in_reply_to_user_id_str" : "543445945"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1457334016242816413"
          ],
          "editableUntil" : "2021-11-07T14:08:00.085Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "178"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "1452983820760664441",
      "id_str" : "1457334016242816413",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1457334016242816413",
      "in_reply_to_status_id" : "1452983820760664441",
      "created_at" : "Sun Nov 07 13:08:00 +0000 2021",
      "favorited" : false,
      "full_text" : "Went with a lady called Bernadette who has no website and knees like a mountain goat. Lead flashing, new battens, forty reclaimed Welsh slates. Two days. She whistled throughout.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1456311334000323180"
          ],
          "editableUntil" : "2021-11-04T18:24:13.638Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "101"
      ],
      "favorite_count" : "2",
      "id_str" : "1456311334000323180",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1456311334000323180",
      "created_at" : "Thu Nov 04 17:24:13 +0000 2021",
      "favorited" : false,
      "full_text" : "Bonfire night. The cat is in the wardrobe with her face in a boot and I have promised her a republic.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1452983820760664441"
          ],
          "editableUntil" : "2021-10-26T14:01:52.660Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "122"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1451895025631295651",
      "id_str" : "1452983820760664441",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1452983820760664441",
      "in_reply_to_status_id" : "1451895025631295651",
      "created_at" : "Tue Oct 26 13:01:52 +0000 2021",
      "favorited" : false,
      "full_text" : "Quote one: £6,200 and a sharp intake of breath. Quote two: £850 and a cousin. Quote three never came but sent a thumbs up.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1451895025631295651"
          ],
          "editableUntil" : "2021-10-23T13:55:23.672Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "149"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1451893467981512740",
      "id_str" : "1451895025631295651",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1451895025631295651",
      "in_reply_to_status_id" : "1451893467981512740",
      "created_at" : "Sat Oct 23 12:55:23 +0000 2021",
      "favorited" : false,
      "full_text" : "Went up with a torch. Three slipped slates and a gap by the chimney you could post a letter through. The felt underneath has the texture of wet cake.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1451893467981512740"
          ],
          "editableUntil" : "2021-10-23T13:49:12.299Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "165"
      ],
      "favorite_count" : "38",
      "id_str" : "1451893467981512740",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1451893467981512740",
      "created_at" : "Sat Oct 23 12:49:12 +0000 2021",
      "favorited" : false,
      "full_text" : "A fourth drip has announced itself, this one directly above the wardrobe. The loft now looks like a percussion section: saucepans, a bucket, the good casserole dish.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1449451483763022812"
          ],
          "editableUntil" : "2021-10-16T20:05:37.892Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "114"
      ],
      "favorite_count" : "3",
      "id_str" : "1449451483763022812",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1449451483763022812",
      "created_at" : "Sat Oct 16 19:05:37 +0000 2021",
      "favorited" : false,
      "full_text" : "Storm took the shed roof, the neighbour's trampoline and, briefly, my hat. I got the hat back. It has been places.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1448022011976679430"
          ],
          "editableUntil" : "2021-10-12T21:25:25.260Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "No Such Weather",
            "screen_name" : "no_such_weather",
            "indices" : [
              "3",
              "19"
            ],
            "id_str" : "895434517509675486",
            "id" : "895434517509675486"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "117"
      ],
      "favorite_count" : "0",
      "id_str" : "1448022011976679430",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1448022011976679430",
      "created_at" : "Tue Oct 12 20:25:25 +0000 2021",
      "favorited" : false,
      "full_text" : "RT @no_such_weather: Yellow warning for wind, Thursday 0600 to 1800. Tie down your trampolines. You know who you are.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1445873737186654673"
          ],
          "editableUntil" : "2021-10-06T23:08:56.637Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "107"
      ],
      "favorite_count" : "1",
      "id_str" : "1445873737186654673",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1445873737186654673",
      "created_at" : "Wed Oct 06 22:08:56 +0000 2021",
      "favorited" : false,
      "full_text" : "Someone at work said \"let's take this offline\" about a problem that is literally that the server is offline",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1443996709878615042"
          ],
          "editableUntil" : "2021-10-01T18:50:18.453Z",
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
        "53"
      ],
      "favorite_count" : "0",
      "id_str" : "1443996709878615042",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1443996709878615042",
      "created_at" : "Fri Oct 01 17:50:18 +0000 2021",
      "favorited" : false,
      "full_text" : "Apples: 60 kg. Buckets: 2. Plans: none. Send crumble.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1440200555059247517"
          ],
          "editableUntil" : "2021-09-21T07:25:44.615Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1440200555059247517/photo/1",
            "indices" : [
              "100",
              "123"
            ],
            "url" : "https://t.co/k0CWb5TzDp",
            "media_url" : "http://pbs.twimg.com/media/ExampleEA3N4eKQ3UZ.jpg",
            "id_str" : "1440200517309619292",
            "id" : "1440200517309619292",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleEA3N4eKQ3UZ.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/k0CWb5TzDp"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "123"
      ],
      "favorite_count" : "0",
      "id_str" : "1440200555059247517",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1440200555059247517",
      "possibly_sensitive" : false,
      "created_at" : "Tue Sep 21 06:25:44 +0000 2021",
      "favorited" : false,
      "full_text" : "Mist in the valley so thick this morning that the church spire looked like it was floating in milk. https://t.co/k0CWb5TzDp",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1440200555059247517/photo/1",
            "indices" : [
              "100",
              "123"
            ],
            "url" : "https://t.co/k0CWb5TzDp",
            "media_url" : "http://pbs.twimg.com/media/ExampleEA3N4eKQ3UZ.jpg",
            "id_str" : "1440200517309619292",
            "id" : "1440200517309619292",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleEA3N4eKQ3UZ.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/k0CWb5TzDp"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1439484961297396630"
          ],
          "editableUntil" : "2021-09-19T08:02:13.767Z",
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
        "127"
      ],
      "favorite_count" : "4",
      "id_str" : "1439484961297396630",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1439484961297396630",
      "created_at" : "Sun Sep 19 07:02:13 +0000 2021",
      "favorited" : false,
      "full_text" : "The library has abolished fines and I have returned the book about glaciers I borrowed in 2009. We all pretended it was normal.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1435231035680889820"
          ],
          "editableUntil" : "2021-09-07T14:18:38.866Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Nadia",
            "screen_name" : "nosuch_nadia",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "751566534869258256",
            "id" : "751566534869258256"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "125"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1435227009147089463",
      "id_str" : "1435231035680889820",
      "in_reply_to_user_id" : "751566534869258256",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1435231035680889820",
      "in_reply_to_status_id" : "1435227009147089463",
      "created_at" : "Tue Sep 07 13:18:38 +0000 2021",
      "favorited" : false,
      "full_text" : "@nosuch_nadia I had the same with mine, it turned out to be the bottom bracket and not the pedal at all. £18 and a swear word",
      "lang" : "en",
      "in_reply_to_screen_name" : "nosuch_nadia",
      "in_reply_to_user_id_str" : "751566534869258256"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1433167617903732408"
          ],
          "editableUntil" : "2021-09-01T21:39:21.731Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "117"
      ],
      "favorite_count" : "0",
      "id_str" : "1433167617903732408",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1433167617903732408",
      "created_at" : "Wed Sep 01 20:39:21 +0000 2021",
      "favorited" : false,
      "full_text" : "Interview today. They asked where I see myself in five years and I said \"by a window\". Honest answer. Did not get it.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1428986420302891155"
          ],
          "editableUntil" : "2021-08-21T08:44:46.541Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "70"
      ],
      "favorite_count" : "1",
      "id_str" : "1428986420302891155",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1428986420302891155",
      "created_at" : "Sat Aug 21 07:44:46 +0000 2021",
      "favorited" : false,
      "full_text" : "Courgette number 40. I've begun leaving them on doorsteps and running.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1427179471941591324"
          ],
          "editableUntil" : "2021-08-16T09:04:36.480Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Made-up Maps",
            "screen_name" : "made_up_maps",
            "indices" : [
              "3",
              "16"
            ],
            "id_str" : "1402052753621298377",
            "id" : "1402052753621298377"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "131"
      ],
      "favorite_count" : "0",
      "id_str" : "1427179471941591324",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1427179471941591324",
      "created_at" : "Mon Aug 16 08:04:36 +0000 2021",
      "favorited" : false,
      "full_text" : "RT @made_up_maps: Every map is an argument about what to leave out. This one leaves out the car park and I think that is beautiful.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1424723612338797360"
          ],
          "editableUntil" : "2021-08-09T14:25:53.923Z",
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
        "128"
      ],
      "favorite_count" : "4",
      "id_str" : "1424723612338797360",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1424723612338797360",
      "created_at" : "Mon Aug 09 13:25:53 +0000 2021",
      "favorited" : false,
      "full_text" : "Learned today that my great-grandmother signed the census with an X and underneath, in pencil, a small perfect drawing of a hen.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1422818852962706113"
          ],
          "editableUntil" : "2021-08-04T08:17:03.899Z",
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
        "70"
      ],
      "favorite_count" : "5",
      "id_str" : "1422818852962706113",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1422818852962706113",
      "created_at" : "Wed Aug 04 07:17:03 +0000 2021",
      "favorited" : false,
      "full_text" : "Perseids: 23 in an hour, one so bright that the sheep stopped chewing.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1417957343380301706"
          ],
          "editableUntil" : "2021-07-21T22:19:09.692Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "77"
      ],
      "favorite_count" : "0",
      "id_str" : "1417957343380301706",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1417957343380301706",
      "created_at" : "Wed Jul 21 21:19:09 +0000 2021",
      "favorited" : false,
      "full_text" : "A child on the bus asked me if I was a witch or just carrying a lot of fennel",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1415960833140757448"
          ],
          "editableUntil" : "2021-07-16T10:05:44.557Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "142"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1415960342238648793",
      "id_str" : "1415960833140757448",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1415960833140757448",
      "in_reply_to_status_id" : "1415960342238648793",
      "created_at" : "Fri Jul 16 09:05:44 +0000 2021",
      "favorited" : false,
      "full_text" : "Then look at the bottom of the pool, not where you're going. Horrifying advice, I know. It works though. Took me eleven lessons to believe it.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1415960342238648793"
          ],
          "editableUntil" : "2021-07-16T10:03:47.517Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "161"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1415959108213518900",
      "id_str" : "1415960342238648793",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "1",
      "id" : "1415960342238648793",
      "in_reply_to_status_id" : "1415959108213518900",
      "created_at" : "Fri Jul 16 09:03:47 +0000 2021",
      "favorited" : false,
      "full_text" : "You aren't gasping because you are unfit. You are gasping because you hold your breath like someone hiding in a wardrobe. Breathe OUT under the water. All of it.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1415959108213518900"
          ],
          "editableUntil" : "2021-07-16T09:58:53.303Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Finn",
            "screen_name" : "figment_finn",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "215878401",
            "id" : "215878401"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "118"
      ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1415946776960251568",
      "id_str" : "1415959108213518900",
      "in_reply_to_user_id" : "215878401",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1415959108213518900",
      "in_reply_to_status_id" : "1415946776960251568",
      "created_at" : "Fri Jul 16 08:58:53 +0000 2021",
      "favorited" : false,
      "full_text" : "@figment_finn ok since you asked: I learned front crawl at 38 and it is entirely possible, here is what nobody told me",
      "lang" : "en",
      "in_reply_to_screen_name" : "figment_finn",
      "in_reply_to_user_id_str" : "215878401"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1412756450987580123"
          ],
          "editableUntil" : "2021-07-07T13:52:40.318Z",
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
        "89"
      ],
      "favorite_count" : "1",
      "id_str" : "1412756450987580123",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1412756450987580123",
      "created_at" : "Wed Jul 07 12:52:40 +0000 2021",
      "favorited" : false,
      "full_text" : "Made jam. Set like concrete. Have put the jar on the shelf where we keep the other tools.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1412170792693294582"
          ],
          "editableUntil" : "2021-07-05T23:05:28.499Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "156"
      ],
      "favorite_count" : "5",
      "id_str" : "1412170792693294582",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1412170792693294582",
      "created_at" : "Mon Jul 05 22:05:28 +0000 2021",
      "favorited" : false,
      "full_text" : "My neighbour plays one Chopin nocturne, always the same one, always stopping at the same bar. Five years. I can now feel the wrong note coming like weather.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1407324638904390208"
          ],
          "editableUntil" : "2021-06-22T14:08:35.399Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "151"
      ],
      "favorite_count" : "1",
      "id_str" : "1407324638904390208",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1407324638904390208",
      "created_at" : "Tue Jun 22 13:08:35 +0000 2021",
      "favorited" : false,
      "full_text" : "Grandad used to say rain before seven, fine by eleven. It is noon and I am wringing out my socks. He also said he'd once met a pike the size of a pony.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1405861655099188401"
          ],
          "editableUntil" : "2021-06-18T13:15:12.879Z",
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
        "urls" : [
          {
            "url" : "https://t.co/yBwu1nh1GM",
            "expanded_url" : "https://example.org/maps/tithe-1841",
            "display_url" : "example.org/maps/tithe-184…",
            "indices" : [
              "131",
              "154"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "154"
      ],
      "favorite_count" : "16",
      "id_str" : "1405861655099188401",
      "truncated" : false,
      "retweet_count" : "7",
      "id" : "1405861655099188401",
      "possibly_sensitive" : false,
      "created_at" : "Fri Jun 18 12:15:12 +0000 2021",
      "favorited" : false,
      "full_text" : "Lost an entire evening to the 1841 tithe map of the parish. Field names: Hungry Hill, Further Nettles, Mrs Pratt's Disappointment. https://t.co/yBwu1nh1GM",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1403644815415386043"
          ],
          "editableUntil" : "2021-06-12T10:26:17.111Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "102"
      ],
      "favorite_count" : "3",
      "id_str" : "1403644815415386043",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1403644815415386043",
      "created_at" : "Sat Jun 12 09:26:17 +0000 2021",
      "favorited" : false,
      "full_text" : "Swam in the reservoir before work. 15 degrees. My soul left briefly and came back with better posture.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1402369125412314102"
          ],
          "editableUntil" : "2021-06-08T21:57:08.913Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "109"
      ],
      "favorite_count" : "1",
      "id_str" : "1402369125412314102",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1402369125412314102",
      "created_at" : "Tue Jun 08 20:57:08 +0000 2021",
      "favorited" : false,
      "full_text" : "Choir is back, in a car park, two metres apart, masks on. It sounded like bees in a duvet and I cried anyway.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1400349035502014548"
          ],
          "editableUntil" : "2021-06-03T08:10:01.947Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "63"
      ],
      "favorite_count" : "5",
      "id_str" : "1400349035502014548",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1400349035502014548",
      "created_at" : "Thu Jun 03 07:10:01 +0000 2021",
      "favorited" : false,
      "full_text" : "The tomato seedlings are leggy, pale and dramatic. I feel seen.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1395276161457571407"
          ],
          "editableUntil" : "2021-05-20T08:12:14.525Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Ida, invented",
            "screen_name" : "invented_ida",
            "indices" : [
              "0",
              "13"
            ],
            "id_str" : "970448805690992926",
            "id" : "970448805690992926"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "105"
      ],
      "favorite_count" : "3",
      "in_reply_to_status_id_str" : "1395228849706941348",
      "id_str" : "1395276161457571407",
      "in_reply_to_user_id" : "970448805690992926",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1395276161457571407",
      "in_reply_to_status_id" : "1395228849706941348",
      "created_at" : "Thu May 20 07:12:14 +0000 2021",
      "favorited" : false,
      "full_text" : "@invented_ida yes but have you tried reading it out loud in the voice of a disappointed geography teacher",
      "lang" : "en",
      "in_reply_to_screen_name" : "invented_ida",
      "in_reply_to_user_id_str" : "970448805690992926"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1393337659651842100"
          ],
          "editableUntil" : "2021-05-14T23:49:19.679Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "81"
      ],
      "favorite_count" : "1",
      "id_str" : "1393337659651842100",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1393337659651842100",
      "created_at" : "Fri May 14 22:49:19 +0000 2021",
      "favorited" : false,
      "full_text" : "Took the slow train on purpose. 14 stops, one of them just a platform and a goat.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1392036045141876029"
          ],
          "editableUntil" : "2021-05-11T09:37:10.597Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "159"
      ],
      "favorite_count" : "8",
      "in_reply_to_status_id_str" : "1392034513621479879",
      "id_str" : "1392036045141876029",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "2",
      "id" : "1392036045141876029",
      "in_reply_to_status_id" : "1392034513621479879",
      "created_at" : "Tue May 11 08:37:10 +0000 2021",
      "favorited" : false,
      "full_text" : "Actual cause: somebody in 2017 wrote `if day &lt; 1` and counted Monday as 0. That somebody has my initials. I have apologised to myself in the commit message.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1392034513621479879"
          ],
          "editableUntil" : "2021-05-11T09:31:05.454Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "86"
      ],
      "favorite_count" : "4",
      "in_reply_to_status_id_str" : "1392033332715534767",
      "id_str" : "1392034513621479879",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1392034513621479879",
      "in_reply_to_status_id" : "1392033332715534767",
      "created_at" : "Tue May 11 08:31:05 +0000 2021",
      "favorited" : false,
      "full_text" : "Second theory: the cache. I deleted the cache. Now it was wrong on Mondays &amp; slow.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1392033332715534767"
          ],
          "editableUntil" : "2021-05-11T09:26:23.905Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "137"
      ],
      "favorite_count" : "2",
      "in_reply_to_status_id_str" : "1392032044031041405",
      "id_str" : "1392033332715534767",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1392033332715534767",
      "in_reply_to_status_id" : "1392032044031041405",
      "created_at" : "Tue May 11 08:26:23 +0000 2021",
      "favorited" : false,
      "full_text" : "First theory: time zones. It is always time zones. I changed three functions, wrote a stern comment, felt clever. Still wrong on Mondays.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1392032044031041405"
          ],
          "editableUntil" : "2021-05-11T09:21:16.658Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "96"
      ],
      "favorite_count" : "6",
      "id_str" : "1392032044031041405",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1392032044031041405",
      "created_at" : "Tue May 11 08:21:16 +0000 2021",
      "favorited" : false,
      "full_text" : "Spent four hours on a bug where the report was wrong only on Mondays. A small story about trust.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1389263501101658141"
          ],
          "editableUntil" : "2021-05-03T18:00:04.587Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "76"
      ],
      "favorite_count" : "10",
      "id_str" : "1389263501101658141",
      "truncated" : false,
      "retweet_count" : "6",
      "id" : "1389263501101658141",
      "created_at" : "Mon May 03 17:00:04 +0000 2021",
      "favorited" : false,
      "full_text" : "Planted out the beans. Frost forecast. Un-planted the beans. Is this farming",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1386080038515673021"
          ],
          "editableUntil" : "2021-04-24T23:10:07.960Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "126"
      ],
      "favorite_count" : "6",
      "id_str" : "1386080038515673021",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1386080038515673021",
      "created_at" : "Sat Apr 24 22:10:07 +0000 2021",
      "favorited" : false,
      "full_text" : "Spreadsheet update: I have spent £41 on seeds to grow vegetables worth, at current prices, £29. We do not discuss the compost.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1384228760058715149"
          ],
          "editableUntil" : "2021-04-19T20:33:48.781Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Imagined Bakes",
            "screen_name" : "imagined_bakes",
            "indices" : [
              "3",
              "18"
            ],
            "id_str" : "827667986642697854",
            "id" : "827667986642697854"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "0",
      "id_str" : "1384228760058715149",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1384228760058715149",
      "created_at" : "Mon Apr 19 19:33:48 +0000 2021",
      "favorited" : false,
      "full_text" : "RT @imagined_bakes: If your crust is pale, your oven is lying to you. Buy a thermometer before you buy another book about bread, I am beggi…",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1381741755497512997"
          ],
          "editableUntil" : "2021-04-12T23:51:20.688Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "115"
      ],
      "favorite_count" : "2",
      "id_str" : "1381741755497512997",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1381741755497512997",
      "created_at" : "Mon Apr 12 22:51:20 +0000 2021",
      "favorited" : false,
      "full_text" : "There are two kinds of cyclist: those who have fallen over at a traffic light still clipped in, and those who will.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1380794640624518716"
          ],
          "editableUntil" : "2021-04-10T09:07:50.905Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "130"
      ],
      "favorite_count" : "1",
      "id_str" : "1380794640624518716",
      "truncated" : false,
      "retweet_count" : "1",
      "id" : "1380794640624518716",
      "created_at" : "Sat Apr 10 08:07:50 +0000 2021",
      "favorited" : false,
      "full_text" : "Seit drei Monaten lerne ich Deutsch und heute habe ich im Traum den falschen Artikel benutzt und mich im Traum dafür entschuldigt.",
      "lang" : "de"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1378440278262029922"
          ],
          "editableUntil" : "2021-04-03T21:12:27.176Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "97"
      ],
      "favorite_count" : "9",
      "id_str" : "1378440278262029922",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1378440278262029922",
      "created_at" : "Sat Apr 03 20:12:27 +0000 2021",
      "favorited" : false,
      "full_text" : "Chiffchaff!! Eleven days earlier than last year. I said \"oh hello\" out loud in front of a jogger.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1374409135841903393"
          ],
          "editableUntil" : "2021-03-23T18:14:07.928Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "148"
      ],
      "favorite_count" : "3",
      "id_str" : "1374409135841903393",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1374409135841903393",
      "created_at" : "Tue Mar 23 17:14:07 +0000 2021",
      "favorited" : false,
      "full_text" : "Finally opened the pension letter that has been on the fridge since October. It was one page. It said everything was fine. I was afraid of one page.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1371019302999044556"
          ],
          "editableUntil" : "2021-03-14T09:44:08.798Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [
          {
            "name" : "Pavel (pretend)",
            "screen_name" : "pretend_pavel",
            "indices" : [
              "0",
              "14"
            ],
            "id_str" : "1215950379",
            "id" : "1215950379"
          }
        ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "96"
      ],
      "favorite_count" : "4",
      "in_reply_to_status_id_str" : "1370982309235451602",
      "id_str" : "1371019302999044556",
      "in_reply_to_user_id" : "1215950379",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1371019302999044556",
      "in_reply_to_status_id" : "1370982309235451602",
      "created_at" : "Sun Mar 14 08:44:08 +0000 2021",
      "favorited" : false,
      "full_text" : "@pretend_pavel the trick is to salt the aubergine, walk away, forget about it, and order noodles",
      "lang" : "en",
      "in_reply_to_screen_name" : "pretend_pavel",
      "in_reply_to_user_id_str" : "1215950379"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1369753287409641919"
          ],
          "editableUntil" : "2021-03-10T21:53:27.160Z",
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
        "49"
      ],
      "favorite_count" : "5",
      "id_str" : "1369753287409641919",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1369753287409641919",
      "created_at" : "Wed Mar 10 20:53:27 +0000 2021",
      "favorited" : false,
      "full_text" : "Clocks went forward. The cat has filed an appeal.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1366843238393821656"
          ],
          "editableUntil" : "2021-03-02T21:09:57.409Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "114"
      ],
      "favorite_count" : "4",
      "in_reply_to_status_id_str" : "1366842473301198412",
      "id_str" : "1366843238393821656",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "8",
      "id" : "1366843238393821656",
      "in_reply_to_status_id" : "1366842473301198412",
      "created_at" : "Tue Mar 02 20:09:57 +0000 2021",
      "favorited" : false,
      "full_text" : "Also: buy a scale. I resisted for a year out of pride and the pride weighed about 40 g too much every single time.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1366842473301198412"
          ],
          "editableUntil" : "2021-03-02T21:06:54.997Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "156"
      ],
      "favorite_count" : "5",
      "in_reply_to_status_id_str" : "1366841503126917936",
      "id_str" : "1366842473301198412",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "5",
      "id" : "1366842473301198412",
      "in_reply_to_status_id" : "1366841503126917936",
      "created_at" : "Tue Mar 02 20:06:54 +0000 2021",
      "favorited" : false,
      "full_text" : "Once I stopped watching the clock and watched the bowl instead (up by half, bubbles at the edge, wobbles like a water bed) the crumb opened up in two bakes.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1366841503126917936"
          ],
          "editableUntil" : "2021-03-02T21:03:03.689Z",
          "editsRemaining" : "5",
          "isEditEligible" : false
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
        "187"
      ],
      "favorite_count" : "27",
      "in_reply_to_status_id_str" : "1366840271069836841",
      "id_str" : "1366841503126917936",
      "in_reply_to_user_id" : "1344934555308743345",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1366841503126917936",
      "in_reply_to_status_id" : "1366840271069836841",
      "created_at" : "Tue Mar 02 20:03:03 +0000 2021",
      "favorited" : false,
      "full_text" : "It was never the starter. The starter was fine. The starter was thriving. I was putting it in a kitchen that is 16°C and then following times written by someone in a kitchen that is 24°C.",
      "lang" : "en",
      "in_reply_to_screen_name" : "tilda_marrowby",
      "in_reply_to_user_id_str" : "1344934555308743345"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1366840271069836841"
          ],
          "editableUntil" : "2021-03-02T20:58:09.944Z",
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
        "155"
      ],
      "favorite_count" : "1",
      "id_str" : "1366840271069836841",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1366840271069836841",
      "created_at" : "Tue Mar 02 19:58:09 +0000 2021",
      "favorited" : false,
      "full_text" : "Right, sourdough people. I have kept a log of 31 loaves since November and I think I finally understand what I was doing wrong. Short thread, flour-dusted.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1364200521749595613"
          ],
          "editableUntil" : "2021-02-23T14:08:44.662Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "147"
      ],
      "favorite_count" : "1",
      "id_str" : "1364200521749595613",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1364200521749595613",
      "created_at" : "Tue Feb 23 13:08:44 +0000 2021",
      "favorited" : false,
      "full_text" : "Valentine's report: bought myself a headlamp. 400 lumens. Nobody has ever looked at me the way I look at the inside of the cupboard under the sink.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1361571225811127835"
          ],
          "editableUntil" : "2021-02-16T08:00:51.660Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "user_mentions" : [ ],
        "urls" : [ ],
        "symbols" : [ ],
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1361571225811127835/photo/1",
            "indices" : [
              "117",
              "140"
            ],
            "url" : "https://t.co/M5jS1tCZXL",
            "media_url" : "http://pbs.twimg.com/media/ExampleX52XG8DMZa8.jpg",
            "id_str" : "1361571188063768633",
            "id" : "1361571188063768633",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleX52XG8DMZa8.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/M5jS1tCZXL"
          }
        ],
        "hashtags" : [ ]
      },
      "display_text_range" : [
        "0",
        "140"
      ],
      "favorite_count" : "4",
      "id_str" : "1361571225811127835",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1361571225811127835",
      "possibly_sensitive" : false,
      "created_at" : "Tue Feb 16 07:00:51 +0000 2021",
      "favorited" : false,
      "full_text" : "It is minus six and the canal has frozen in plates. A swan walked past me, on the water, like it had an appointment. https://t.co/M5jS1tCZXL",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://x.com/tilda_marrowby/status/1361571225811127835/photo/1",
            "indices" : [
              "117",
              "140"
            ],
            "url" : "https://t.co/M5jS1tCZXL",
            "media_url" : "http://pbs.twimg.com/media/ExampleX52XG8DMZa8.jpg",
            "id_str" : "1361571188063768633",
            "id" : "1361571188063768633",
            "media_url_https" : "https://pbs.twimg.com/media/ExampleX52XG8DMZa8.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              },
              "large" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "medium" : {
                "w" : "1200",
                "h" : "900",
                "resize" : "fit"
              },
              "thumb" : {
                "w" : "150",
                "h" : "150",
                "resize" : "crop"
              }
            },
            "type" : "photo",
            "display_url" : "pic.x.com/M5jS1tCZXL"
          }
        ]
      }
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1358761216465192368"
          ],
          "editableUntil" : "2021-02-08T13:54:53.224Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "85"
      ],
      "favorite_count" : "5",
      "id_str" : "1358761216465192368",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1358761216465192368",
      "created_at" : "Mon Feb 08 12:54:53 +0000 2021",
      "favorited" : false,
      "full_text" : "Sowed the chillies on the windowsill today. Every February I believe in things again.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1356710972717262420"
          ],
          "editableUntil" : "2021-02-02T22:07:57.023Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "103"
      ],
      "favorite_count" : "4",
      "id_str" : "1356710972717262420",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1356710972717262420",
      "created_at" : "Tue Feb 02 21:07:57 +0000 2021",
      "favorited" : false,
      "full_text" : "Does anyone else read the last page first? I need to know the dog is okay before I commit to 400 pages.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1353482292634994217"
          ],
          "editableUntil" : "2021-01-25T00:18:19.706Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "130"
      ],
      "favorite_count" : "8",
      "id_str" : "1353482292634994217",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1353482292634994217",
      "created_at" : "Sun Jan 24 23:18:19 +0000 2021",
      "favorited" : false,
      "full_text" : "Jupiter and Saturn were too low behind the brewery chimney to see, so I looked at the chimney for a while instead. Decent chimney.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1349628618770750696"
          ],
          "editableUntil" : "2021-01-14T09:05:12.259Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "74"
      ],
      "favorite_count" : "1",
      "id_str" : "1349628618770750696",
      "truncated" : false,
      "retweet_count" : "4",
      "id" : "1349628618770750696",
      "created_at" : "Thu Jan 14 08:05:12 +0000 2021",
      "favorited" : false,
      "full_text" : "The robin has decided that my spade is his spade. I dig where he tells me.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1348181181194459953"
          ],
          "editableUntil" : "2021-01-10T09:13:36.248Z",
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
        "145"
      ],
      "favorite_count" : "0",
      "id_str" : "1348181181194459953",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1348181181194459953",
      "created_at" : "Sun Jan 10 08:13:36 +0000 2021",
      "favorited" : false,
      "full_text" : "First loaf of the year came out like a paving slab. Toast it thin enough and it becomes a cracker. There are no failures, only reclassifications.",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1345860957706101770"
          ],
          "editableUntil" : "2021-01-03T23:33:51.861Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [
        "0",
        "76"
      ],
      "favorite_count" : "1",
      "id_str" : "1345860957706101770",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1345860957706101770",
      "created_at" : "Sun Jan 03 22:33:51 +0000 2021",
      "favorited" : false,
      "full_text" : "New year, new notebook, same handwriting that made my chemistry teacher cry.",
      "lang" : "en"
    }
  }
]