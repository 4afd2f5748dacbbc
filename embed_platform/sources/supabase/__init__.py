"""Archives in a Supabase project, as the Community Archive keeps them: uploads, files, tweets."""
