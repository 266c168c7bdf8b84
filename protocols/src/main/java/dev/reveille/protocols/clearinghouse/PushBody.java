package dev.reveille.protocols.clearinghouse;

import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.Surrogates;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.RelayedPush;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// The body of a partner's request: a push, the question what became of one, or a test of the way.
///
/// ```json
/// {"v": 1, "id": "UUID", "app": "phone", "handle": "…", "class": "call",
///  "deadline": "2026-01-01T12:00:00Z", "ref": "…", "push": {"kind": "ring", …}}
/// {"v": 1, "id": "UUID", "app": "phone", "handle": "…", "ask": true}
/// {"v": 1, "id": "UUID", "test": true, "platform": true}
/// ```
sealed interface PushBody {
  /// The name that the reference of a report has among the fields of a push.
  String REFERENCE = "ref";

  int LONGEST_REFERENCE = 200;
  int MOST_FIELDS = 120;

  UUID id();

  /// A push.
  ///
  /// @param reference comes back in the report
  record Order(
      UUID id, AppId app, HandleId handle, Instant deadline, String reference, RelayedPush push)
      implements PushBody {
    /// What is kept of it.
    ///
    /// @param shown what is shown of it
    /// @param asked the URI that was asked
    /// @param askedBy the URI that gets the report
    Map<String, String> fields(final RelayedPush shown, final String asked, final String askedBy) {
      final var fields = new LinkedHashMap<>(shown.fields());
      fields.put(REFERENCE, reference);
      FollowedPush.addTo(fields, asked, askedBy, handle);
      return fields;
    }
  }

  /// A test of the way, which pushes nothing.
  ///
  /// @param platform whether the push services are asked for the publisher's credentials, too
  record Test(UUID id, boolean platform) implements PushBody {}

  /// A question.
  record Question(UUID id, HandleId handle) implements PushBody {}

  private static Map<String, String> texts(final JsonBody push) {
    final var texts = new LinkedHashMap<String, String>();
    for (final var field : push.fields()) {
      if (!field.getValue().isTextual()) {
        throw push.wrong(field.getKey(), "must be a text");
      }
      texts.put(field.getKey(), Surrogates.mended(field.getValue().textValue()));
    }
    if (texts.size() > MOST_FIELDS) {
      throw new IllegalArgumentException("push has more than " + MOST_FIELDS + " fields");
    }
    return texts;
  }

  /// @throws IllegalArgumentException naming what is wrong
  static PushBody read(final byte[] body) {
    try {
      final var json =
          JsonBody.of(
              body,
              "v",
              "id",
              "app",
              "handle",
              "class",
              "deadline",
              REFERENCE,
              "push",
              "ask",
              "test",
              "platform");
      if (json.number("v", 1, 1).isEmpty()) {
        throw new IllegalArgumentException("v is missing");
      }
      final var id = json.value("id", UUID::fromString);
      if (json.flag("test").orElse(false)) {
        return new Test(id, json.flag("platform").orElse(false));
      }
      final var handle = json.value("handle", HandleId::new);
      if (json.flag("ask").orElse(false)) {
        return new Question(id, handle);
      }
      final var reference = json.text(REFERENCE).orElse("");
      if (reference.length() > LONGEST_REFERENCE) {
        throw json.wrong(REFERENCE, "has more than " + LONGEST_REFERENCE + " characters");
      }
      final var push =
          RelayedPush.read(
              texts(json.openObject("push").orElseThrow(() -> json.wrong("push", "is missing"))));
      if (!json.required("class").equals(push.word())) {
        throw json.wrong("class", "differs from the push, which is " + push.word());
      }
      return new Order(
          id,
          json.value("app", AppId::new),
          handle,
          json.moment("deadline").orElseThrow(() -> json.wrong("deadline", "is missing")),
          reference,
          push);
    } catch (final Refusal refused) {
      throw new IllegalArgumentException(refused.getMessage(), refused);
    }
  }
}
