window.YTD.direct_messages.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "1182808094930895495-1344934555308743345",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "1182808094930895495",
            "reactions" : [ ],
            "urls" : [ ],
            "text" : "CANARY-DM could you feed the cat on Thursday? Key is under the gnome.",
            "mediaUrls" : [ ],
            "senderId" : "1344934555308743345",
            "id" : "1659877758026090973",
            "createdAt" : "2023-05-20T11:04:31.207Z",
            "editHistory" : [ ]
          }
        }
      ]
    }
  }
]