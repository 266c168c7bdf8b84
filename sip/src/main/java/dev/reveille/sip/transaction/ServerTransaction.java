package dev.reveille.sip.transaction;

import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import org.jspecify.annotations.Nullable;

/// A request of the peer and our responses: the INVITE server transaction of RFC 3261 section
/// 17.2.1 with the Accepted state of RFC 6026, and the non-INVITE one of section 17.2.2.
///
/// ```
///   INVITE   PROCEEDING --2xx--> ACCEPTED --L--> TERMINATED
///                       --3xx..--> COMPLETED --ACK--> CONFIRMED --I--> TERMINATED
///   others   TRYING --1xx--> PROCEEDING --2xx..--> COMPLETED --J--> TERMINATED
/// ```
public final class ServerTransaction extends Transaction {
  /// Where the transaction stands.
  public enum State {
    TRYING,
    PROCEEDING,
    ACCEPTED,
    COMPLETED,
    CONFIRMED,
    TERMINATED
  }

  private static final int TRYING_AFTER_MILLIS = 200;
  private static final int TOO_LATE = 408;

  private final Transactions owner;
  private final SipRequest request;
  private final TransactionKey key;
  private final boolean isInvite;
  private final String tag;
  private final TimerLine.Timer trying = new TimerLine.Timer(this, TimerKind.TRYING);
  private final TimerLine.Timer repeat = new TimerLine.Timer(this, TimerKind.REPEAT);
  private final TimerLine.Timer end = new TimerLine.Timer(this, TimerKind.GIVE_UP);
  private State state;
  private long intervalMillis;
  private @Nullable SipResponse last;

  ServerTransaction(
      final Transactions owner,
      final SipRequest request,
      final TransactionKey key,
      final String tag) {
    this.owner = owner;
    this.request = request;
    this.key = key;
    this.tag = tag;
    this.isInvite = request.is(SipMethod.INVITE);
    this.state = isInvite ? State.PROCEEDING : State.TRYING;
  }

  public SipRequest request() {
    return request;
  }

  public State state() {
    return state;
  }

  /// The tag that our responses carry in To, unless they bring one.
  public String tag() {
    return tag;
  }

  /// Whether the request still needs a final response.
  public boolean isOpen() {
    return state == State.TRYING || state == State.PROCEEDING;
  }

  boolean isInvite() {
    return isInvite;
  }

  TransactionKey key() {
    return key;
  }

  void begin(final long nowMillis) {
    if (isInvite) {
      owner.start(trying, TRYING_AFTER_MILLIS, nowMillis);
    } else {
      // RFC 4320 section 4.2: no final response once the peer has given up
      owner.start(end, owner.timers().giveUpMillis(), nowMillis);
    }
  }

  /// The request came once more.
  void repeated() {
    final var answer = last;
    if (answer != null && (state == State.PROCEEDING || state == State.COMPLETED)) {
      owner.write(answer);
    }
  }

  void acknowledged(final SipRequest ack, final long nowMillis) {
    switch (state) {
      case COMPLETED -> {
        repeat.stop();
        end.stop();
        state = State.CONFIRMED;
        endAfter(owner.isReliable() ? 0 : owner.timers().t4Millis(), nowMillis);
      }
      case ACCEPTED -> owner.user().acknowledged(ack);
      case TRYING, PROCEEDING, CONFIRMED, TERMINATED -> {}
    }
  }

  void respond(final SipResponse response, final long nowMillis) {
    final var whole = response.status() == 100 ? response : response.withToTag(tag);
    if (state == State.ACCEPTED && response.isSuccess()) {
      owner.write(whole);
      return;
    }
    if (!isOpen()) {
      return;
    }
    trying.stop();
    last = whole;
    if (response.isProvisional()) {
      state = State.PROCEEDING;
      owner.write(whole);
      return;
    }
    end.stop();
    if (!isInvite) {
      finish(whole, nowMillis);
    } else if (response.isSuccess()) {
      state = State.ACCEPTED;
      owner.start(end, owner.timers().giveUpMillis(), nowMillis);
      owner.write(whole);
    } else {
      state = State.COMPLETED;
      if (!owner.isReliable()) {
        intervalMillis = owner.timers().t1Millis();
        owner.start(repeat, intervalMillis, nowMillis);
      }
      owner.start(end, owner.timers().giveUpMillis(), nowMillis);
      owner.write(whole);
    }
  }

  private void finish(final SipResponse response, final long nowMillis) {
    if (response.status() == TOO_LATE) {
      // RFC 4320 section 4.2: the peer's own timer says so, and the answer would come too late
      terminate();
      return;
    }
    state = State.COMPLETED;
    endAfter(owner.isReliable() ? 0 : owner.timers().giveUpMillis(), nowMillis);
    owner.write(response);
  }

  private void endAfter(final long millis, final long nowMillis) {
    if (millis == 0) {
      terminate();
    } else {
      owner.start(end, millis, nowMillis);
    }
  }

  @Override
  void due(final TimerKind kind, final long nowMillis) {
    switch (kind) {
      case TRYING -> respond(SipResponse.to(request, 100).build(), nowMillis);
      case REPEAT -> {
        final var answer = last;
        if (answer != null) {
          owner.write(answer);
        }
        if (state == State.COMPLETED) {
          intervalMillis = Math.min(2 * intervalMillis, owner.timers().t2Millis());
          owner.start(repeat, intervalMillis, nowMillis);
        }
      }
      case GIVE_UP -> givenUp();
      case END -> {}
    }
  }

  private void givenUp() {
    switch (state) {
      case TRYING, PROCEEDING -> fail(TransactionEnd.NO_ANSWER_OF_OURS);
      case COMPLETED -> {
        if (isInvite) {
          fail(TransactionEnd.NO_ACK);
        } else {
          terminate();
        }
      }
      case ACCEPTED, CONFIRMED, TERMINATED -> terminate();
    }
  }

  @Override
  void fail(final TransactionEnd why) {
    final var isOwed = isOpen() || why == TransactionEnd.NO_ACK;
    terminate();
    if (isOwed) {
      owner.user().ended(this, why);
    }
  }

  private void terminate() {
    trying.stop();
    repeat.stop();
    end.stop();
    if (state != State.TERMINATED) {
      state = State.TERMINATED;
      owner.remove(this);
    }
  }
}
