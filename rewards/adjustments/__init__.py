"""Points given or taken by hand: who asked, who agreed, and why."""
