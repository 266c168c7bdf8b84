package dev.reveille.protocols.rest;

import dev.reveille.model.EventClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of an event, and which class of event has which.
enum EventField {
  ID("id"),
  SOURCE("source"),
  CLASS("class"),
  TYPE("type"),
  TO("to"),
  CALL("call"),
  RING_FOR("ringFor"),
  HOW("how"),
  WHERE("where"),
  CONVERSATION("conversation"),
  CONTENT("content"),
  COLLAPSE("collapse"),
  FOLDERS("folders"),
  ALERT_BEFORE("alertBefore"),
  ALERT_FOR("alertFor"),
  KEEP_UNTIL("keepUntil"),
  KEEP_FOR("keepFor");

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

  private final String word;

  EventField(final String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  int bit() {
    return 1 << ordinal();
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
    return values()[Integer.numberOfTrailingZeros(bits)];
  }

  private static int bits(final EventField... fields) {
    int bits = 0;
    for (final var field : fields) {
      bits |= field.bit();
    }
    return bits;
  }
}
