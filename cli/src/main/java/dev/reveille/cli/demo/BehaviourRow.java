package dev.reveille.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A row of the behaviour table: what a kind of phone does when its app is in a state and a kind of
/// event arrives. `reveille demo` plays all rows.
record BehaviourRow(State state, Arriving what, PhoneKind kind) {

  /// How the app stands; each has the app's own word for it.
  enum State {
    FOREGROUND("foreground", "foreground"),
    BACKGROUND("background", "background"),
    SUSPENDED("suspended", "locked");

    private final String label;
    private final String reported;

    State(final String label, final String reported) {
      this.label = label;
      this.reported = reported;
    }

    String label() {
      return label;
    }

    String reported() {
      return reported;
    }

    boolean isAsleep() {
      return this != FOREGROUND;
    }
  }

  /// What comes in.
  enum Arriving {
    CALL,
    MESSAGE,
    VOICEMAIL;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// All rows, in the order in which they are played.
  static List<BehaviourRow> all() {
    final var rows = new ArrayList<BehaviourRow>();
    for (final State state : State.values()) {
      for (final Arriving what : Arriving.values()) {
        for (final PhoneKind kind : PhoneKind.values()) {
          rows.add(new BehaviourRow(state, what, kind));
        }
      }
    }
    return rows;
  }

  String title() {
    return "A " + what.label() + " to a phone with " + kind.label() + ", " + state.label();
  }

  /// What the table says, in a few words.
  String expected() {
    if (!state.isAsleep()) {
      return what == Arriving.CALL ? "live and push, one ring" : "live, no push";
    }
    return switch (what) {
      case CALL -> kind.hasOneChannel() ? "single push, it rings" : "VoIP push, it rings";
      case MESSAGE, VOICEMAIL ->
          kind.hasOneChannel() ? "single push, tap, fetch" : "Message push, tap, fetch";
    };
  }
}
