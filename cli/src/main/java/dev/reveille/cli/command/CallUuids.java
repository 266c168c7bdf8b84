package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.story.CallWords;
import java.util.regex.Pattern;

/// Recognises UUIDs of calls on the command line, and prints the answers about calls.
final class CallUuids {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private CallUuids() {}

  static boolean isUuid(final String text) {
    return UUID.matcher(text).matches();
  }

  /// The answer to a call's end: how the call stands, or that the end waits for it.
  static String state(final JsonNode call) {
    return call.path("status").asText().equals("stored")
        ? "no call with this UUID is known yet; its end waits ten minutes for it"
        : CallWords.of(call);
  }
}
