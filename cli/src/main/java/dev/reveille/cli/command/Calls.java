package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.story.CallWords;
import java.util.regex.Pattern;

/// What commands need to know of calls.
final class Calls {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Calls() {}

  static boolean isUuid(final String text) {
    return UUID.matcher(text).matches();
  }

  static String state(final JsonNode call) {
    return CallWords.of(call);
  }
}
