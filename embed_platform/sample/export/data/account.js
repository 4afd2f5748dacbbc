window.YTD.account.part0 = [
  {
    "account" : {
      "email" : "tilda.marrowby@example.invalid",
      "createdVia" : "web",
      "username" : "tilda_marrowby",
      "accountId" : "1344934555308743345",
      "createdAt" : "2021-01-01T09:12:40.318Z",
      "accountDisplayName" : "Tilda Marrowby"
    }
  }
]