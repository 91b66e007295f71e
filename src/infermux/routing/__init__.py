"""Who answers, and as whom."""
