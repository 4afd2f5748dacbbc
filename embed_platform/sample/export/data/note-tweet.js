window.YTD.note_tweet.part0 = [
  {
    "noteTweet" : {
      "noteTweetId" : "1703845277220352877",
      "updatedAt" : "2023-09-18T18:55:45.000Z",
      "lifecycle" : {
        "value" : "1",
        "name" : "Permanent",
        "originalName" : "Permanent",
        "annotations" : { }
      },
      "createdAt" : "2023-09-18T18:55:45.000Z",
      "core" : {
        "styletags" : [ ],
        "urls" : [ ],
        "text" : "When I was about nine, my grandmother taught me to read an Ordnance Survey sheet by hiding a tin of toffees somewhere on the moor and giving me only the grid reference. No hints, no path, no phone, obviously, it was 1992 and the nearest telephone was in a pub. I learned about contour lines by walking straight into a bog. I learned about magnetic north by being a quarter of a mile out and very cross. When I found the tin under the third stone of a sheepfold, there was a note in it saying: \"Now bring me one.\"\n\nI've thought about that a lot this year, sorting through her things. It was never about the toffees. She was telling me that anywhere is findable if somebody has bothered to write down where it is, and that the polite thing to do, once you've been shown the way, is to go and hide something good for the next person. So: there's a tin. SK 214 837, near enough. Be home before dark.",
        "mentions" : [ ],
        "cashtags" : [ ],
        "hashtags" : [ ]
      }
    }
  }
]