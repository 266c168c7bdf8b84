package dev.reveille.cli.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.TextFile;
import java.io.IOException;
import java.nio.file.Path;

/// The file that a server writes into its data directory for commands of the same user: its
/// addresses, its CA certificate, its first API key, which is a secret. Absent values are "".
record Profile(String server, String devices, String ca, String key) {
  static final String FILE = "client.json";

  static final Profile NONE = new Profile("", "", "", "");

  static Profile read(final Path file) {
    final JsonNode json;
    try {
      json = Json.read(TextFile.read(file));
    } catch (IOException e) {
      throw Failure.missing(
          "The file " + file + " cannot be read.",
          "Run the command as the user who runs the server, or give --server and --key.");
    } catch (IllegalArgumentException e) {
      throw Failure.missing(
          "The file " + file + " is damaged: " + e.getMessage() + ".",
          "Start the server again: it writes the file anew.");
    }
    final String ca = json.path("ca").asText("");
    return new Profile(
        json.path("server").asText(""),
        json.path("devices").asText(""),
        ca.isEmpty() ? "" : file.toAbsolutePath().resolveSibling(ca).toString(),
        json.path("key").asText(""));
  }
}
