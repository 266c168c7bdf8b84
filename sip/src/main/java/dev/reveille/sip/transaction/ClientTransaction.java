package dev.reveille.sip.transaction;

import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;

/// A request of ours and its responses: the INVITE client transaction of RFC 3261 section 17.1.1
/// with the Accepted state of RFC 6026, and the non-INVITE one of section 17.1.2.
///
/// ```
///   INVITE   CALLING --1xx--> PROCEEDING --2xx--> ACCEPTED  --M--> TERMINATED
///                                        --3xx..--> COMPLETED --D--> TERMINATED
///   others   TRYING  --1xx--> PROCEEDING --2xx..--> COMPLETED --K--> TERMINATED
/// ```
public final class ClientTransaction extends Transaction {
  /// Where the transaction stands.
  public enum State {
    CALLING,
    TRYING,
    PROCEEDING,
    ACCEPTED,
    COMPLETED,
    TERMINATED
  }

  private final Transactions owner;
  private final SipRequest request;
  private final ClientListener listener;
  private final boolean isInvite;
  private final TransactionKey key;
  private final TimerLine.Timer repeat = new TimerLine.Timer(this, TimerKind.REPEAT);
  private final TimerLine.Timer end = new TimerLine.Timer(this, TimerKind.GIVE_UP);
  private State state;
  private long intervalMillis;
  private boolean isCancelWanted;

  ClientTransaction(
      final Transactions owner,
      final SipRequest request,
      final TransactionKey key,
      final ClientListener listener) {
    this.owner = owner;
    this.request = request;
    this.key = key;
    this.listener = listener;
    this.isInvite = request.is(SipMethod.INVITE);
    this.state = isInvite ? State.CALLING : State.TRYING;
  }

  public SipRequest request() {
    return request;
  }

  public State state() {
    return state;
  }

  TransactionKey key() {
    return key;
  }

  void begin(final long nowMillis) {
    owner.write(request);
    if (!owner.isReliable()) {
      intervalMillis = owner.timers().t1Millis();
      owner.start(repeat, intervalMillis, nowMillis);
    }
    owner.start(end, owner.timers().giveUpMillis(), nowMillis);
  }

  void receive(final SipResponse response, final long nowMillis) {
    switch (state) {
      case CALLING, TRYING, PROCEEDING -> {
        if (response.isProvisional()) {
          provisional(response, nowMillis);
        } else {
          finalResponse(response, nowMillis);
        }
      }
      case ACCEPTED -> {
        if (response.isSuccess()) {
          listener.response(response);
        }
      }
      case COMPLETED -> {
        if (isInvite && response.isFinal() && !response.isSuccess()) {
          owner.write(request.acknowledging(response));
        }
      }
      case TERMINATED -> {}
    }
  }

  private void provisional(final SipResponse response, final long nowMillis) {
    if (state == State.CALLING) {
      // now the far end decides how long it rings
      repeat.stop();
      end.stop();
    }
    state = State.PROCEEDING;
    if (isCancelWanted) {
      isCancelWanted = false;
      sendCancel(nowMillis);
    }
    listener.response(response);
  }

  private void finalResponse(final SipResponse response, final long nowMillis) {
    repeat.stop();
    end.stop();
    final var timers = owner.timers();
    if (!isInvite) {
      state = State.COMPLETED;
      endAfter(owner.isReliable() ? 0 : timers.t4Millis(), nowMillis);
    } else if (response.isSuccess()) {
      state = State.ACCEPTED;
      endAfter(timers.giveUpMillis(), nowMillis);
    } else {
      state = State.COMPLETED;
      owner.write(request.acknowledging(response));
      endAfter(owner.isReliable() ? 0 : timers.waitForRepeatsMillis(), nowMillis);
    }
    listener.response(response);
  }

  private void endAfter(final long millis, final long nowMillis) {
    if (millis == 0) {
      terminate();
    } else {
      owner.start(end, millis, nowMillis);
    }
  }

  /// Takes an INVITE back (section 9.1): at once when a provisional response has come, otherwise as
  /// soon as one comes. Without effect once it has a final response.
  void cancel(final long nowMillis) {
    if (!isInvite) {
      return;
    }
    if (state == State.CALLING) {
      isCancelWanted = true;
    } else if (state == State.PROCEEDING && !end.isRunning()) {
      sendCancel(nowMillis);
    }
  }

  private void sendCancel(final long nowMillis) {
    owner.sendCancel(request.cancelling(), nowMillis);
    // a peer of RFC 2543 may never answer the INVITE
    owner.start(end, owner.timers().giveUpMillis(), nowMillis);
  }

  @Override
  void due(final TimerKind kind, final long nowMillis) {
    switch (kind) {
      case REPEAT -> {
        owner.write(request);
        if (state != State.TERMINATED) {
          intervalMillis = nextInterval();
          owner.start(repeat, intervalMillis, nowMillis);
        }
      }
      case GIVE_UP -> {
        if (state == State.ACCEPTED || state == State.COMPLETED) {
          terminate();
        } else {
          fail(TransactionEnd.NO_RESPONSE);
        }
      }
      case END, TRYING -> {}
    }
  }

  private long nextInterval() {
    final var t2 = owner.timers().t2Millis();
    if (isInvite) {
      return 2 * intervalMillis;
    }
    return state == State.PROCEEDING ? t2 : Math.min(2 * intervalMillis, t2);
  }

  @Override
  void fail(final TransactionEnd why) {
    final var isOpen = state == State.CALLING || state == State.TRYING || state == State.PROCEEDING;
    terminate();
    if (isOpen) {
      listener.ended(why);
    }
  }

  private void terminate() {
    repeat.stop();
    end.stop();
    if (state != State.TERMINATED) {
      state = State.TERMINATED;
      owner.remove(this);
    }
  }
}
