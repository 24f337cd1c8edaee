"""What colleagues ask about members."""
