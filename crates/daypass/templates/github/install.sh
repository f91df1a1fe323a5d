mkdir -p "$HOME/.local/bin"
if [ -n "$DAYPASS_RELEASE" ]; then
  curl --fail --location --silent --show-error "$DAYPASS_RELEASE" | tar -xzf - -C "$HOME/.local/bin" daypass
else
  cargo install daypass --locked --root "$HOME/.local"
fi
echo "$HOME/.local/bin" >> "$GITHUB_PATH"
