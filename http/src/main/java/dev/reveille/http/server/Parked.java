package dev.reveille.http.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A held request, which is answered later: all that is left of its exchange.
///
/// It is one small object; the request's bytes and the parser are gone. The first of these ends it:
/// [#answer], from any thread and without blocking, the end of the patience given (half a second
/// late at most, while the loop is not busy), or the peer by closing.
public final class Parked extends LoopTask {
  private static final int HELD = 0;
  private static final int ANSWERED = 1;
  private static final int GONE = 2;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Parked.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Receives the events of requests that it parked, on the event loop: must not block. One owner
  /// may have many.
  public interface Owner {
    /// The patience is over, give or take a tick: answer it. Called once.
    void expired(Parked parked);

    /// The peer has closed; nothing can be answered any more.
    void gone(Parked parked);
  }

  /// Where the answer goes: a connection of HTTP/1.1, a stream of HTTP/2.
  interface Place {
    Loop home();

    void unpark(Parked parked, Answer answer);
  }

  private final Place place;
  private final Owner owner;

  @SuppressWarnings("UnusedVariable") // read and written through STATE
  private volatile int state;

  private final String @Nullable [] more;
  private final BudgetOwner budgetOwner;
  private @Nullable Answer answer;

  /// @param more headers for whatever answer is given
  /// @param budgetOwner who is charged for the answer
  Parked(
      final Place place,
      final Owner owner,
      final String @Nullable [] more,
      final BudgetOwner budgetOwner) {
    this.place = place;
    this.owner = owner;
    this.more = more;
    this.budgetOwner = budgetOwner;
  }

  /// Answers from any thread; false if it was answered before or the peer has gone.
  public boolean answer(final Answer given) {
    if (!STATE.compareAndSet(this, HELD, ANSWERED)) {
      return false;
    }
    answer = more == null ? given : given.with(more);
    if (place.home().isHere()) {
      run();
    } else {
      place.home().submit(this);
    }
    return true;
  }

  BudgetOwner owner() {
    return budgetOwner;
  }

  /// Whether it can still be answered.
  public boolean isHeld() {
    return (int) STATE.getVolatile(this) == HELD;
  }

  @Override
  protected void run() {
    if (answer != null) {
      place.unpark(this, answer);
    }
  }

  void expire() {
    if (isHeld()) {
      owner.expired(this);
    }
  }

  void leave() {
    if (STATE.compareAndSet(this, HELD, GONE)) {
      owner.gone(this);
    }
  }
}
