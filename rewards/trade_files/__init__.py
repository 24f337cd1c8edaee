"""Trade in files: what people bought elsewhere or long ago, to try rules on."""
