"""PDFs and images: each page becomes a document whose image is embedded."""
