window.YTD.profile.part0 = [
  {
    "profile" : {
      "description" : {
        "bio" : "Not a real person: a made-up account for a sample archive. Bread, maps, rain, one cat, one gnome.",
        "website" : "https://t.co/TmArrowby0",
        "location" : "a valley that isn't on the map"
      },
      "avatarMediaUrl" : "https://pbs.twimg.com/profile_images/Example/avatar.jpg"
    }
  }
]