package dev.reveille.sip.transaction;

import dev.reveille.sip.message.SipMessage;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.Via;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The transactions of one connection, or of one peer where the transport has no connections.
///
/// All calls come from one thread, with a time in milliseconds that never goes back. The owner
/// calls [#advance] no later than [#nextTimerMillis] says, as exactly as it likes.
public final class Transactions {
  private static final String RETRY_AFTER_SECONDS = "1";

  private static final ClientListener IGNORED =
      new ClientListener() {
        @Override
        public void response(final SipResponse response) {
          // what became of the call, the INVITE's response says
        }

        @Override
        public void ended(final TransactionEnd why) {
          // the same
        }
      };

  private final TransactionSettings settings;
  private final TransactionUser user;
  private final Outlet outlet;
  private final RandomIds ids;
  private final TimerLines timerLines = new TimerLines();
  private final Map<TransactionKey, ClientTransaction> clients = new HashMap<>();
  private final Map<TransactionKey, ServerTransaction> servers = new HashMap<>();
  private boolean isOver;

  /// @param outlet must not call back into these transactions
  public Transactions(
      final TransactionSettings settings,
      final TransactionUser user,
      final Outlet outlet,
      final RandomIds ids) {
    this.settings = settings;
    this.user = user;
    this.outlet = outlet;
    this.ids = ids;
  }

  /// Takes a message that came from the peer.
  public void receive(final SipMessage message, final long nowMillis) {
    switch (message) {
      case SipRequest request -> receiveRequest(request, nowMillis);
      case SipResponse response -> {
        final var transaction = clients.get(TransactionKey.ofResponse(response));
        if (transaction != null) {
          transaction.receive(response, nowMillis);
        }
      }
    }
  }

  private void receiveRequest(final SipRequest request, final long nowMillis) {
    final var key = TransactionKey.ofServer(request, TransactionKey.methodOfInvite(request));
    final var existing = servers.get(key);
    if (request.is(SipMethod.ACK)) {
      if (existing == null) {
        user.acknowledged(request);
      } else {
        existing.acknowledged(request, nowMillis);
      }
    } else if (existing != null) {
      existing.repeated();
    } else if (size() >= settings.most()) {
      write(
          SipResponse.to(request, 503)
              .add(SipName.RETRY_AFTER, RETRY_AFTER_SECONDS)
              .build()
              .withToTag(ids.tag()));
    } else {
      final var transaction = new ServerTransaction(this, request, key, ids.tag());
      servers.put(key, transaction);
      transaction.begin(nowMillis);
      if (request.is(SipMethod.CANCEL)) {
        cancel(transaction, nowMillis);
      } else {
        user.request(transaction);
      }
    }
  }

  /// Section 9.2.
  private void cancel(final ServerTransaction cancel, final long nowMillis) {
    final var request = cancel.request();
    final var invite = servers.get(TransactionKey.ofServer(request, SipMethod.INVITE));
    if (invite == null) {
      cancel.respond(SipResponse.to(request, 481).build(), nowMillis);
      return;
    }
    cancel.respond(SipResponse.to(request, 200).build().withToTag(invite.tag()), nowMillis);
    if (invite.isOpen()) {
      user.cancelled(invite);
    }
  }

  /// Sends a request as a new transaction.
  ///
  /// @param request not ACK; its topmost Via is ours, with a branch that no other request has
  /// @return empty when there are as many transactions as allowed, or the connection is gone:
  ///   nothing was sent
  /// @throws IllegalArgumentException for an ACK, or when the branch is missing
  public Optional<ClientTransaction> send(
      final SipRequest request, final ClientListener listener, final long nowMillis) {
    final var branch = request.topVia().map(Via::branch).orElse("");
    if (request.is(SipMethod.ACK) || branch.isEmpty()) {
      throw new IllegalArgumentException("an ACK or a request without a branch is no transaction");
    }
    if (size() >= settings.most() || isOver) {
      return Optional.empty();
    }
    final var key = TransactionKey.ofClient(request.method(), branch);
    final var transaction = new ClientTransaction(this, request, key, listener);
    if (clients.putIfAbsent(key, transaction) != null) {
      throw new IllegalArgumentException("the branch belongs to another request: " + branch);
    }
    transaction.begin(nowMillis);
    listener.begun(transaction);
    return Optional.of(transaction);
  }

  /// Sends what has no transaction: the ACK of a 2xx.
  public void sendAlone(final SipMessage message) {
    write(message);
  }

  /// Answers a request. An answer after the final one has no effect, except a repeated 2xx to an
  /// INVITE, which the user repeats until the ACK comes. A 408 to another request than INVITE is
  /// not sent (RFC 4320).
  public void respond(
      final ServerTransaction transaction, final SipResponse response, final long nowMillis) {
    transaction.respond(response, nowMillis);
  }

  /// Takes an INVITE of ours back, as soon as that is allowed.
  public void cancel(final ClientTransaction invite, final long nowMillis) {
    invite.cancel(nowMillis);
  }

  /// A CANCEL goes out even where there is no room for its transaction.
  void sendCancel(final SipRequest cancel, final long nowMillis) {
    final var key =
        TransactionKey.ofClient(SipMethod.CANCEL, cancel.topVia().map(Via::branch).orElse(""));
    if (size() >= settings.most() || clients.containsKey(key)) {
      write(cancel);
    } else {
      final var transaction = new ClientTransaction(this, cancel, key, IGNORED);
      clients.put(key, transaction);
      transaction.begin(nowMillis);
    }
  }

  /// Lets the timers run that are due.
  public void advance(final long nowMillis) {
    for (var timer = timerLines.takeDue(nowMillis);
        timer != null;
        timer = timerLines.takeDue(nowMillis)) {
      timer.owner.due(timer.kind, nowMillis);
    }
  }

  /// When the next timer is due, or [Long#MAX_VALUE].
  public long nextTimerMillis() {
    return timerLines.nextMillis();
  }

  /// The connection is gone: ends all transactions and tells those who wait. No more can be begun.
  public void fail() {
    isOver = true;
    final var all = new ArrayList<Transaction>(clients.values());
    all.addAll(servers.values());
    RuntimeException first = null;
    for (final var one : all) {
      try {
        one.fail(TransactionEnd.NO_CONNECTION);
      } catch (RuntimeException e) {
        // the others are told all the same
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /// How many there are, with those that only wait for repeats.
  public int size() {
    return clients.size() + servers.size();
  }

  /// Whether a request of either side still has no final response.
  public boolean isWorking() {
    for (final var one : clients.values()) {
      switch (one.state()) {
        case CALLING, TRYING, PROCEEDING -> {
          return true;
        }
        case ACCEPTED, COMPLETED, TERMINATED -> {}
      }
    }
    for (final var one : servers.values()) {
      if (one.isOpen()) {
        return true;
      }
    }
    return false;
  }

  void write(final SipMessage message) {
    if (!isOver) {
      outlet.write(message);
    }
  }

  void start(final TimerLine.Timer timer, final long durationMillis, final long nowMillis) {
    timerLines.start(timer, durationMillis, nowMillis);
  }

  void remove(final ClientTransaction transaction) {
    clients.remove(transaction.key(), transaction);
  }

  void remove(final ServerTransaction transaction) {
    servers.remove(transaction.key(), transaction);
  }

  boolean isReliable() {
    return settings.isReliable();
  }

  TimerValues timers() {
    return settings.timers();
  }

  TransactionUser user() {
    return user;
  }
}
