# Prints the Makefile's targets under their headings: "## Heading" lines and "target: ## words".
/^## / { printf "\n\033[1m%s\033[0m\n", substr($0, 4) }
/^[a-z-]+:.*## / { split($0, part, ":.*## "); printf "  make %-10s %s\n", part[1], part[2] }
END { print "" }
