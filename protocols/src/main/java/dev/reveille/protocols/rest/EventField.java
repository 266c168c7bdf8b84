package dev.reveille.protocols.rest;

import dev.reveille.model.EventClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of an event in the API's JSON, and which class of event may have which. Their numbers
/// are part of content hashes in the journal: never changed and never given twice.
enum EventField {
  ID(0, "id"),
  SOURCE(1, "source"),
  CLASS(2, "class"),
  TYPE(3, "type"),
  TO(4, "to"),
  CALL(5, "call"),
  RING_FOR(6, "ringFor"),
  HOW(7, "how"),
  WHERE(8, "where"),
  CONVERSATION(9, "conversation"),
  CONTENT(10, "content"),
  COLLAPSE(11, "collapse"),
  FOLDERS(12, "folders"),
  ALERT_BEFORE(13, "alertBefore"),
  ALERT_FOR(14, "alertFor"),
  KEEP_UNTIL(15, "keepUntil"),
  KEEP_FOR(16, "keepFor");

  static final List<String> NAMES = new ArrayList<>();

  private static final Map<String, EventField> BY_NAME = new HashMap<>();
  private static final int NAMED = bits(ID, SOURCE, TO);
  private static final int ALWAYS = bits(CLASS, TYPE, ID, SOURCE);
  private static final int ALERTS = bits(ALERT_BEFORE, ALERT_FOR);
  private static final int KEPT = bits(KEEP_UNTIL, KEEP_FOR) | ALERTS;

  static {
    for (final var field : values()) {
      NAMES.add(field.word);
      BY_NAME.put(field.word, field);
    }
  }

  private final int number;
  private final String word;

  EventField(final int number, final String word) {
    this.number = number;
    this.word = word;
  }

  String word() {
    return word;
  }

  /// Stands in content hashes: never changed and never given twice. Below 32, for [#bit].
  int number() {
    return number;
  }

  int bit() {
    return 1 << number;
  }

  static @Nullable EventField named(final String word) {
    return BY_NAME.get(word);
  }

  /// The fields that an event of the class must have, as bits.
  static int required(final EventClass as) {
    return switch (as) {
      case CALL -> NAMED | CALL.bit();
      case CALL_END -> bits(CALL, HOW);
      case MESSAGE -> NAMED | CONVERSATION.bit();
      case CHANGE -> NAMED | FOLDERS.bit();
      case ALERT, SILENT -> NAMED;
    };
  }

  /// The fields that it may have.
  static int allowed(final EventClass as) {
    return ALWAYS
        | required(as)
        | switch (as) {
          case CALL -> RING_FOR.bit() | ALERT_BEFORE.bit();
          case CALL_END -> WHERE.bit();
          case MESSAGE -> KEPT | CONTENT.bit();
          case CHANGE -> KEPT;
          case ALERT, SILENT -> KEPT | bits(CONTENT, COLLAPSE);
        };
  }

  /// The first of the fields whose bits are set.
  static EventField first(final int bits) {
    for (final var field : values()) {
      if ((bits & field.bit()) != 0) {
        return field;
      }
    }
    throw new IllegalArgumentException("no field has one of the bits " + bits);
  }

  private static int bits(final EventField... fields) {
    int bits = 0;
    for (final var field : fields) {
      bits |= field.bit();
    }
    return bits;
  }
}
