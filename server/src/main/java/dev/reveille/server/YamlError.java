package dev.reveille.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Rewords the parser's errors about the configuration file in the terms of the file: the line, and
/// what is expected there.
final class YamlError {
  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '([^']*)'");

  private static final Pattern MARK = Pattern.compile("line (\\d+), column");

  private YamlError() {}

  static String of(final JsonProcessingException wrong) {
    final var said = String.valueOf(wrong.getOriginalMessage());
    final var twice = DUPLICATE.matcher(said);
    if (twice.find()) {
      return twice.group(1) + " is there twice" + where(wrong);
    }
    if (wrong instanceof MismatchedInputException mismatch) {
      return "must " + kind(mismatch.getTargetType()) + ", not " + given(mismatch);
    }
    if (said.contains("\\t(TAB)") || said.contains("found character '\\t")) {
      return "there is a tab" + where(wrong) + ", and YAML is indented with blanks only";
    }
    return "this is no YAML" + where(wrong) + ": " + said.lines().findFirst().orElse("");
  }

  private static String where(final JsonProcessingException wrong) {
    // A mark in the reader's own words stands where the mistake is, the location where it began.
    final var marked = MARK.matcher(String.valueOf(wrong.getOriginalMessage()));
    String line = "";
    while (marked.find()) {
      line = marked.group(1);
    }
    if (!line.isEmpty()) {
      return " in line " + line;
    }
    final var at = wrong.getLocation();
    return at == null ? "" : " in line " + at.getLineNr();
  }

  private static String kind(final @Nullable Class<?> wanted) {
    if (wanted == null) {
      return "be another kind of value";
    }
    if (wanted == Duration.class) {
      return "be a duration like PT30S or P2D";
    }
    if (wanted == Boolean.class || wanted == boolean.class) {
      return "be true or false";
    }
    if (wanted == Integer.class || wanted == Long.class) {
      return "be a whole number";
    }
    if (Collection.class.isAssignableFrom(wanted)) {
      return "be a list like [a, b]";
    }
    return wanted == String.class || Path.class.isAssignableFrom(wanted)
        ? "be a text"
        : "hold keys of its own";
  }

  private static String given(final MismatchedInputException wrong) {
    if (wrong instanceof InvalidFormatException format) {
      return quoted(format.getValue());
    }
    final var said = String.valueOf(wrong.getOriginalMessage());
    if (said.contains("START_ARRAY") || said.contains("Array value")) {
      return "a list";
    }
    if (said.contains("START_OBJECT") || said.contains("Object value")) {
      return "keys";
    }
    final int from = said.lastIndexOf('(');
    final int to = said.lastIndexOf(')');
    final var value = from < 0 || to < from ? "this" : said.substring(from + 1, to);
    return value.startsWith("'") ? value.replace('\'', '"') : value;
  }

  private static String quoted(final @Nullable Object value) {
    return value instanceof String ? '"' + value.toString() + '"' : String.valueOf(value);
  }
}
