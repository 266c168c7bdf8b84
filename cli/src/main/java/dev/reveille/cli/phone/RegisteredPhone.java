package dev.reveille.cli.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.terminal.TextFile;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The registration of a phone as it keeps it; when it is kept in a file, the program is the same
/// phone next time. The file contains a secret and is readable by its owner only.
///
/// @param token opens the device listener: a secret
/// @param live the path of the live channel
record RegisteredPhone(String installation, String token, String user, String cursor, String live) {

  static RegisteredPhone of(final JsonNode json) {
    return new RegisteredPhone(
        json.path("installation").asText(),
        json.path("token").asText(),
        json.path("user").asText(""),
        json.path("cursor").asText(""),
        json.path("live").asText("/device/v1/live"));
  }

  static RegisteredPhone read(final Path file) {
    try {
      return of(Json.read(TextFile.read(file)));
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.missing(
          "The phone in " + file + " cannot be read.",
          "Remove the file; the phone registers anew.");
    }
  }

  /// Writes the file so that only its owner can read it.
  void keep(final Path file) {
    final ObjectNode json =
        Json.object()
            .put("installation", installation)
            .put("token", token)
            .put("user", user)
            .put("cursor", cursor)
            .put("live", live);
    try {
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(file, Json.pretty(json) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
      Files.setPosixFilePermissions(file, Set.copyOf(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw Failure.missing(
          "The phone cannot be kept in " + file + ".", "Check the folder's rights.");
    }
  }

  RegisteredPhone at(final String position) {
    return new RegisteredPhone(installation, token, user, position, live);
  }

  /// The token stays out of logs and messages.
  @Override
  public String toString() {
    return "Device[" + installation + "]";
  }
}
