package dev.reveille.model;

/// A way to an app.
public sealed interface Route {
  /// The channel that an app keeps open.
  Held LIVE = new Live();

  /// A request that the server holds until something changes.
  Held PING = new Ping();

  /// What shows that something arrived by this way.
  enum Proof {
    /// The app says that it has it.
    ACKNOWLEDGEMENT,
    /// The app comes for what changed.
    SYNC,
    /// Nothing: that a push service took it is no proof.
    NONE
  }

  /// Whether events of this class go this way.
  boolean carries(EventClass of);

  /// Whether it reaches an app that is not on the screen.
  boolean worksSuspended();

  Proof proof();

  /// The word of its tries in the trail.
  String word();

  /// A way that is there as long as the app holds it.
  sealed interface Held extends Route {}

  /// The channel that an app keeps open: it carries everything.
  record Live() implements Held {
    @Override
    public boolean carries(final EventClass of) {
      return true;
    }

    /// An open channel of a suspended app is not trusted.
    @Override
    public boolean worksSuspended() {
      return false;
    }

    @Override
    public Proof proof() {
      return Proof.ACKNOWLEDGEMENT;
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
    public boolean worksSuspended() {
      return true;
    }

    @Override
    public Proof proof() {
      return Proof.SYNC;
    }

    @Override
    public String word() {
      return "ping";
    }
  }

  /// A push service.
  record Push(PushAddress address) implements Route {
    @Override
    public boolean carries(final EventClass of) {
      return true;
    }

    @Override
    public boolean worksSuspended() {
      return true;
    }

    @Override
    public Proof proof() {
      return Proof.NONE;
    }

    @Override
    public String word() {
      return "push";
    }
  }
}
