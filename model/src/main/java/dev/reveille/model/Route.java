package dev.reveille.model;

/// A connection over which an app can be told of events: its live channel, or a held Ping, which
/// carries changes only.
public sealed interface Route {
  /// The channel that an app keeps open.
  Held LIVE = new Live();

  /// A request that the server holds until something changes.
  Held PING = new Ping();

  /// Whether events of this class go this way.
  boolean carries(EventClass of);

  /// The word of its tries in the trail.
  String word();

  /// A connection that exists as long as the app holds it.
  sealed interface Held extends Route {}

  /// The channel that an app keeps open: it carries everything.
  record Live() implements Held {
    @Override
    public boolean carries(final EventClass of) {
      return true;
    }

    @Override
    public String word() {
      return "live";
    }
  }

  /// A held request that is answered when something changed, such as a Ping of ActiveSync: it
  /// carries that something changed and nothing else, and says nothing of whether its user is
  /// there.
  record Ping() implements Held {
    @Override
    public boolean carries(final EventClass of) {
      return of == EventClass.CHANGE;
    }

    @Override
    public String word() {
      return "ping";
    }
  }

  /// A push through the push service of an address.
  record Push(PushAddress address) implements Route {
    @Override
    public boolean carries(final EventClass of) {
      return true;
    }

    @Override
    public String word() {
      return "push";
    }
  }
}
