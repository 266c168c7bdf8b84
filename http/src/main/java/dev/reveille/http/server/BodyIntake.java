package dev.reveille.http.server;

import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Charges the bytes of an unfinished request to its sender, within the limits for what the process
/// holds for all peers. It exists only for a request that has not come whole, and for one with a
/// large body. Belongs to the connection's event loop.
final class BodyIntake {
  static final String NO_ROOM =
      "The server has no capacity for more request bodies; try again later.";
  static final String RETRY_SECONDS = "1";

  private final HttpCore core;
  private final @Nullable InetAddress address;

  /// Absent while the head is not complete, and for bytes of later requests.
  private final @Nullable HttpHandler handler;

  private final @Nullable BodyHead head;
  private @Nullable BudgetOwner budgetOwner;
  private ByteBudget.@Nullable Share share;
  private long held;
  private boolean asking;

  private BodyIntake(
      final HttpCore core,
      final @Nullable InetAddress address,
      final @Nullable HttpHandler handler,
      final @Nullable BodyHead head) {
    this.core = core;
    this.address = address;
    this.handler = handler;
    this.head = head;
  }

  /// For bytes of which is not known what they ask.
  static BodyIntake ofStranger(final HttpCore core, final @Nullable InetAddress address) {
    return new BodyIntake(core, address, null, null);
  }

  static BodyIntake of(final Http2Exchange request) {
    return of(
        request.core(),
        request.handler(),
        new BodyHead(
            request.method(),
            request.host(),
            request.path(),
            request.rawTarget(),
            request.headerNamed("authorization").orElse(""),
            Peers.client(request.channel(), request::headersNamed),
            request::headerNamed));
  }

  static BodyIntake of(final HttpCore core, final HttpHandler handler, final BodyHead head) {
    return new BodyIntake(core, head.client().getAddress(), handler, head);
  }

  /// Whether the sender is being looked up: nothing more is read meanwhile.
  boolean isAsking() {
    return asking;
  }

  /// Finds out who sends it and tells that: at once, or on the loop when it was looked up.
  void ask(final Loop loop, final Consumer<BodyOwner> told) {
    if (handler == null || head == null) {
      throw new IllegalStateException("there is no head yet");
    }
    final var atHand = handler.bodyOwner(head);
    if (atHand != null) {
      settle(atHand);
      told.accept(atHand);
      return;
    }
    asking = true;
    final var asked = handler;
    final var of = head;
    final var _ =
        Thread.ofVirtual()
            .name("body-owner")
            .start(() -> {
              final var found = lookUp(asked, of);
              loop.execute(() -> {
                asking = false;
                settle(found);
                told.accept(found);
              });
            });
  }

  private BodyOwner lookUp(final HttpHandler asked, final BodyHead of) {
    try {
      return asked.lookUp(of);
    } catch (RuntimeException | Error fault) {
      core.connectionFailed(fault);
      return new BodyOwner.Refused(
          asked.problems().answer(500, "Internal server error; see the server's log."));
    }
  }

  private void settle(final BodyOwner owner) {
    if (owner instanceof BodyOwner.Pays(var known)) {
      budgetOwner = known;
      if (share != null) { // what came before was charged to a stranger
        share.free();
        share = null;
        held = 0;
      }
    }
  }

  /// Holds so many bytes from now on; false when there is no room for more.
  boolean holds(final long bytes) {
    if (bytes == held) {
      return true;
    }
    if (share == null) {
      share = core.settings().budgets().bodies().share(address, owner());
    }
    if (!share.holds(bytes)) {
      return false;
    }
    held = bytes;
    return true;
  }

  private BudgetOwner owner() {
    if (budgetOwner != null) {
      return budgetOwner;
    }
    return handler != null
            && head != null
            && handler.bodyOwner(head) instanceof BodyOwner.Pays(var known)
        ? known
        : BudgetOwner.STRANGER;
  }

  /// The request is whole: the share of what is held goes on with it.
  ByteBudget.@Nullable Share handOver() {
    final var whole = share;
    share = null;
    held = 0;
    return whole;
  }

  void free() {
    if (share != null) {
      share.free();
      share = null;
    }
    held = 0;
  }
}
