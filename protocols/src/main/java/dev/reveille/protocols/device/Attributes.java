package dev.reveille.protocols.device;

import dev.reveille.model.ContentKey;
import dev.reveille.model.Installation;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import java.util.HashMap;
import java.util.Map;

/// Reads the attributes that an app reports about itself, at most [#MOST]. Two are checked and have
/// fields of their own: the device's language, of which [Installation] keeps the canonical form,
/// and the key for which content is sealed.
final class Attributes {
  static final int MOST = 32;
  static final String LOCALE = "locale";
  static final String CONTENT_KEY = "contentKey";

  private Attributes() {}

  /// What the request says over what was there before; an empty text takes a word away.
  static Map<String, String> read(final JsonBody request, final Map<String, String> before) {
    final var all = new HashMap<>(before);
    final var given = request.words("attributes", MOST);
    if (given.containsKey(Installation.CONTENT_KEY)) {
      throw new Refusal(Reason.MALFORMED, "attributes: the key goes into " + CONTENT_KEY);
    }
    all.putAll(given);
    if (request.has(LOCALE)) {
      all.put(Installation.LOCALE, request.text(LOCALE).orElse(""));
    }
    if (request.has(CONTENT_KEY)) {
      final var key = request.text(CONTENT_KEY).orElse("");
      all.put(
          Installation.CONTENT_KEY,
          key.isEmpty() ? "" : request.value(CONTENT_KEY, ContentKey::of).toString());
    }
    all.values().removeIf(String::isEmpty);
    if (all.size() > MOST + 2) {
      throw new Refusal(Reason.TOO_LARGE, "at most " + MOST + " attributes are kept");
    }
    return all;
  }
}
