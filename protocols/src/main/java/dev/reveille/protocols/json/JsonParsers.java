package dev.reveille.protocols.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reveille.model.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The JSON parsers of the APIs, with limits of depth and size. Thread-safe.
public final class JsonParsers {
  /// How deep objects and lists may lie in each other.
  public static final int DEEPEST = 16;

  /// So many bytes a page of a list has at most; one entry it has always.
  public static final int LARGEST_PAGE = 512 * 1024;

  private static final int LONGEST_TEXT = 256 * 1024;
  private static final int LONGEST_NAME = 1024;
  private static final int LONGEST_NUMBER = 64;

  private static final Pattern OWN_NAMES =
      Pattern.compile(
          "Source: REDACTED \\([^)]*\\); |, from `[^`]*`| \\(bound as `[^`]*`\\)|: not allowed as"
              + " per `[^`]*`");

  /// Field names are made canonical per factory but not interned: names of a sender's own values
  /// are open words, and the JVM's table of strings is no place for them.
  static final JsonFactory FACTORY = builder().build();

  /// Has a factory of its own: looking for fields given twice slows a parser down, and the reader
  /// of events sees them itself.
  private static final ObjectMapper TREES =
      new ObjectMapper(builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /// Takes texts in single quotes, too.
  private static final ObjectMapper LENIENT_TREES =
      new ObjectMapper(
              builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonParsers() {}

  private static JsonFactoryBuilder builder() {
    return new JsonFactoryBuilder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST)
                .maxStringLength(LONGEST_TEXT)
                .maxNameLength(LONGEST_NAME)
                .maxNumberLength(LONGEST_NUMBER)
                .build());
  }

  /// A field of a file that is one JSON object; "" when the text is none or has no such text.
  public static String field(final String file, final String name) {
    try {
      return TREES.readTree(file).path(name).asText("");
    } catch (JsonProcessingException _) {
      return "";
    }
  }

  /// Opens a parser on UTF-8. Close it: that gives its buffers back and keeps the names it learnt.
  public static JsonParser parser(final byte[] bytes, final int from, final int length)
      throws IOException {
    return FACTORY.createParser(bytes, from, length);
  }

  /// Writes one value.
  @FunctionalInterface
  public interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  /// Writes a value that is JSON in UTF-8 already.
  public static void raw(final JsonGenerator out, final byte[] json) throws IOException {
    if (!(out.getOutputTarget() instanceof OutputStream bytes)) {
      throw new IllegalStateException("this generator writes no bytes");
    }
    out.writeRawValue(""); // the comma before it
    out.flush();
    bytes.write(json);
  }

  /// The bytes of one value, compact.
  public static byte[] write(final Writing writing) {
    final var bytes = new ByteArrayOutputStream(256);
    try (var out = FACTORY.createGenerator(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// The same with a line's end, as an answer of its own: terminals show it without.
  public static byte[] answer(final Writing writing) {
    return write(out -> {
      writing.to(out);
      out.writeRaw('\n');
    });
  }

  /// Reads a whole small document. A field that is given twice in one object is refused with its
  /// path, at any depth.
  ///
  /// @throws Refusal when it is not exactly one
  public static JsonNode tree(final byte[] bytes) {
    return tree(bytes, TREES);
  }

  /// The same, with names and texts in single quotes where their writer put them.
  static JsonNode lenientTree(final byte[] bytes) {
    return tree(bytes, LENIENT_TREES);
  }

  private static JsonNode tree(final byte[] bytes, final ObjectMapper trees) {
    try (var in = trees.createParser(bytes)) {
      try {
        final @Nullable JsonNode tree = trees.readTree(in);
        return tree == null ? MissingNode.getInstance() : tree;
      } catch (JsonProcessingException e) {
        throw isTwice(e) ? Refusal.malformed(path(in), "is there twice") : unreadable(e);
      }
    } catch (IOException | IllegalStateException e) {
      throw unreadable(e);
    }
  }

  private static boolean isTwice(final JsonProcessingException bad) {
    return String.valueOf(bad.getOriginalMessage()).startsWith("Duplicate field");
  }

  /// Where the parser stands, as complaints name fields: `styles.alert.words` or `tokens[0].token`.
  private static String path(final JsonParser in) {
    final var path = new StringBuilder();
    for (JsonStreamContext at = in.getParsingContext(); at != null; at = at.getParent()) {
      if (at.inArray()) {
        path.insert(0, "[" + at.getCurrentIndex() + "]");
      } else if (at.inObject() && at.getCurrentName() != null) {
        path.insert(0, "." + at.getCurrentName());
      }
    }
    return path.isEmpty() || path.charAt(0) != '.' ? path.toString() : path.substring(1);
  }

  /// What Jackson complains about, as our own complaint. Nothing but this leaves a reader.
  public static Refusal unreadable(final Exception fault) {
    if (fault instanceof StreamConstraintsException limit) {
      return new Refusal(Reason.TOO_LARGE, words(limit) + place(limit.getLocation()));
    }
    if (fault instanceof JsonProcessingException bad) {
      return new Refusal(Reason.MALFORMED, "not JSON: " + words(bad) + place(bad.getLocation()));
    }
    // The decoder of UTF-8 and the table of field names have exceptions of their own.
    return new Refusal(Reason.MALFORMED, "not JSON in UTF-8: " + fault.getMessage());
  }

  /// What the parser complains about, without the names of its own settings and classes.
  private static String words(final JsonProcessingException bad) {
    return OWN_NAMES.matcher(bad.getOriginalMessage()).replaceAll("");
  }

  private static String place(final @Nullable JsonLocation location) {
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
