"""Medicine taken every day: what lasts until when, the pharmacy, the sealed bag, the card that goes out and back."""
