package dev.reveille.storage.sqlite;

import dev.reveille.model.Event;
import dev.reveille.model.EventClass;

/// The kinds of inbox entries. The numbers are in files: never changed and never given twice.
final class EntryKind {
  static final int MESSAGE = 1;
  static final int ALERT = 2;
  static final int MISSED_CALL = 3;

  /// Only found again by a look-up of the events of a user.
  static final int NO_ENTRY = 4;

  private static final String MISSED_CALL_TYPE = "missed-call";

  private EntryKind() {}

  static int of(final Event event) {
    return switch (event) {
      case Event.Message _ -> MESSAGE;
      case Event.Other other when other.as() == EventClass.ALERT ->
          other.type().equals(MISSED_CALL_TYPE) ? MISSED_CALL : ALERT;
      case Event.IncomingCall _, Event.CallEnded _, Event.ChangeHint _, Event.Other _ -> NO_ENTRY;
    };
  }

  static boolean countsAsUnread(final int kind) {
    return kind == MESSAGE || kind == MISSED_CALL;
  }
}
