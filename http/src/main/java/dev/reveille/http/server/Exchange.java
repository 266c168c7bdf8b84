package dev.reveille.http.server;

import dev.reveille.http.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// One HTTP request and the way to answer it.
///
/// The request can be read by any thread at any time before the answer. Exactly one of [#answer],
/// [#openStream], [#park] and [#upgrade] may be used, once, from any thread; a second use is logged
/// as the mistake that it is, and changes nothing on the wire.
public abstract sealed class Exchange extends LoopTask permits Http1Exchange, Http2Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final Runnable GONE = () -> {};
  private static final VarHandle STEP;
  private static final VarHandle WHEN_CLOSED;

  static {
    try {
      final var lookup = MethodHandles.lookup();
      STEP = lookup.findVarHandle(Exchange.class, "step", Object.class);
      WHEN_CLOSED = lookup.findVarHandle(Exchange.class, "whenClosed", Runnable.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final HttpCore core;
  private final HttpHandler handler;
  private final String method;
  private final RequestTarget target;

  /// How it is answered, once the handler has decided: an answer, a stream, a parked or an upgrade.
  @SuppressWarnings("UnusedVariable") // written through STEP
  private volatile @Nullable Object step;

  /// For whom a proxy asks, where it says so in a header.
  private volatile @Nullable InetSocketAddress client;

  /// Who is charged for what is held of it and of its answer.
  private volatile BudgetOwner budgetOwner = BudgetOwner.STRANGER;

  /// What is held for it: of its body until it is answered, then of the answer until that is read.
  /// On the loop.
  private ByteBudget.@Nullable Share share;

  /// Headers for whatever answer is given.
  private volatile String @Nullable [] more;

  @SuppressWarnings("UnusedVariable") // read and written through WHEN_CLOSED
  private volatile @Nullable Runnable whenClosed;

  Exchange(
      final HttpCore core,
      final HttpHandler handler,
      final String method,
      final RequestTarget target) {
    this.core = core;
    this.handler = handler;
    this.method = method;
    this.target = target;
  }

  public final String method() {
    return method;
  }

  /// The path, decoded; an encoded slash stays `%2F`, and there are no dot segments.
  public final String path() {
    return target.path();
  }

  /// The parts of the path between its slashes, each decoded wholly.
  public final List<String> segments() {
    return target.segments();
  }

  /// The path as it was sent.
  public final String rawPath() {
    return target.rawPath();
  }

  /// The query as it was sent, without its question mark; empty if there is none.
  public final String rawQuery() {
    return target.rawQuery();
  }

  /// Path and query as they were sent.
  public final String rawTarget() {
    return target.whole();
  }

  /// The first value of a query parameter, decoded.
  public final Optional<String> query(final String name) {
    return target.query(name);
  }

  /// Looks for query parameters that are unknown, given twice or not readable.
  ///
  /// @param known all names that may be there
  /// @return the first that is wrong; null when there is none
  public final @Nullable QueryCheck check(final Set<String> known) {
    return target.check(known);
  }

  /// The first field of that name, in any case.
  public final Optional<String> header(final String name) {
    return headerNamed(name.toLowerCase(Locale.ROOT));
  }

  /// All fields of that name, in the order they came.
  public final List<String> headers(final String name) {
    return headersNamed(name.toLowerCase(Locale.ROOT));
  }

  /// All header fields in the order they came, with names in lower case; those of HTTP/2 that begin
  /// with a colon are left out.
  public abstract List<Map.Entry<String, String>> fields();

  /// The host that the client meant: `Host`, or HTTP/2's `:authority`; may carry a port.
  public abstract String host();

  /// The whole body. It is not copied: a caller that keeps it shares it.
  ///
  /// @throws IllegalStateException when the body is not in memory, which only a [BodyRule] of the
  ///   handler brings about
  public final byte[] body() {
    if (held() instanceof Body.Whole(var bytes)) {
      return bytes;
    }
    throw new IllegalStateException("this body is read as a stream");
  }

  /// The body as a stream, wherever it is: from its beginning, except where it is handed over while
  /// it comes ([BodyRule.How#STREAMED]); there it goes on where the last read ended. For one thread
  /// that may block, before the answer. Reading fails with an [java.io.IOException] when the peer
  /// leaves, is too slow or sends too much; nothing need be answered then.
  public final InputStream bodyStream() {
    return held().stream();
  }

  /// The client, also behind a proxy that says so.
  public final InetSocketAddress peer() {
    final var told = client;
    return told != null ? told : connectionPeer();
  }

  /// Whether the peer has gone: an answer would not arrive. For a handler that lets requests wait,
  /// when one comes to its turn.
  public final boolean isAbandoned() {
    return WHEN_CLOSED.getVolatile(this) == GONE;
  }

  /// Lets go of a request that [#isAbandoned], in place of an answer: what is held of it is given
  /// back.
  public final void drop() {
    settle(Dropped.BY_HANDLER);
  }

  /// Says who asks, for the shares of what is held; a stranger until then. Before the answer.
  public final void chargeTo(final BudgetOwner known) {
    budgetOwner = known;
  }

  final BudgetOwner owner() {
    return budgetOwner;
  }

  public abstract boolean isHttp2();

  /// Whether the connection is encrypted.
  public abstract boolean isSecure();

  /// Answers, from any thread.
  ///
  /// @param contentType empty for none
  /// @param headers names and values in turn
  public final void answer(
      final int status, final String contentType, final byte[] body, final String... headers) {
    answer(Answer.of(status, contentType, body, headers));
  }

  /// Answers, from any thread. Answers given by other threads are flushed in groups.
  public final void answer(final Answer answer) {
    settle(and(answer));
  }

  /// Answers with a problem in the words of the handler.
  public final void problem(final int status, final String detail) {
    settle(refusal(status, detail));
  }

  /// A refusal in the words of the handler, not yet given.
  final Answer refusal(final int status, final String detail) {
    return and(handler.problems().answer(status, detail));
  }

  /// There is no room to handle it now.
  final void busy(final String detail) {
    settle(refusal(503, detail).with("Retry-After", "1"));
  }

  /// Begins an answer whose end is not known yet: an event stream, a long list.
  public final AnswerStream openStream(
      final int status, final String contentType, final String... headers) {
    return begin(Answer.of(status, contentType, new byte[0], headers), null);
  }

  /// Begins an answer that is held for long, as an event stream is: nothing of the request is kept.
  ///
  /// @param head status and headers; its body is left out
  public final AnswerStream openStream(final Answer head, final AnswerStream.Owner owner) {
    return begin(head, owner);
  }

  private AnswerStream begin(final Answer head, final AnswerStream.@Nullable Owner owner) {
    final var stream = new AnswerStream(and(head), loop(), owner);
    settle(stream);
    return stream;
  }

  /// Adds headers to whatever this request is answered with; said before it is answered.
  ///
  /// @param headers names and values in turn
  public final void alsoSay(final String... headers) {
    more = headers;
  }

  private Answer and(final Answer answer) {
    final var headers = more;
    return headers == null ? answer : answer.with(headers);
  }

  /// The event loop of its connection.
  public final Executor executor() {
    return loop().executor();
  }

  /// Holds the request until [Parked#answer], without keeping anything of it but that.
  ///
  /// @param patience when the owner is told that it should answer now
  public final Parked park(final Duration patience, final Parked.Owner owner) {
    final var parked = new Parked(place(), owner, more, budgetOwner);
    settle(new Parking(parked, patience.toMillis()));
    return parked;
  }

  /// Answers 101 and gives the socket to another protocol. HTTP/1.1 only.
  ///
  /// @param headers of the 101, besides `Connection`; names and values in turn
  public final void upgrade(final HeldConnection successor, final String... headers) {
    settle(new Upgrade(successor, headers));
  }

  /// Runs an action on the event loop if the peer goes away before the answer is complete. At most
  /// one action; it runs at once if the peer has gone already.
  public final void onClosed(final Runnable action) {
    final var before = (Runnable) WHEN_CLOSED.compareAndExchange(this, null, action);
    if (before == GONE) {
      action.run();
    } else if (before != null) {
      throw new IllegalStateException("an exchange tells one action that it closed");
    }
  }

  @Override
  public final String toString() {
    // Never headers or body: they carry tokens and content.
    return "Exchange[" + method + " " + target.rawPath() + "]";
  }

  record Parking(Parked parked, long patienceMillis) {}

  record Upgrade(HeldConnection successor, String[] headers) {}

  private enum Dropped {
    BY_HANDLER
  }

  private void settle(final Object how) {
    if (!STEP.compareAndSet(this, null, how)) {
      final var second = new IllegalStateException("second answer");
      core.faults().log(Level.ERROR, second, "{} was answered twice", this);
      return;
    }
    if (loop().isHere()) {
      run();
    } else {
      loop().submit(this);
    }
  }

  @Override
  protected final void run() {
    letGoOfBody();
    switch (step) {
      case Answer answer -> {
        write(charged(answer));
        freeShare(); // unless the connection took it
      }
      case AnswerStream stream -> begin(stream);
      case Parking(var parked, var patience) -> hold(parked, patience);
      case Upgrade upgrade -> give(upgrade);
      case Dropped _ -> {}
      case null, default -> throw new IllegalStateException("nothing was settled");
    }
  }

  /// Takes a share for an answer that may wait for its peer; without room for it, the answer is a
  /// small one that says so.
  private Answer charged(final Answer answer) {
    final var bytes = method.equals("HEAD") ? 0 : answer.body().length;
    if (bytes <= HttpBudgets.AT_ONCE || isAbandoned()) {
      return answer;
    }
    share = core.settings().budgets().forAnswer(peer(), budgetOwner, bytes);
    return share != null
        ? answer
        : refusal(503, HttpBudgets.NO_ROOM).with("Retry-After", HttpBudgets.RETRY_SECONDS);
  }

  /// What is held of its body is charged until it is answered or dropped, also when its peer has
  /// left: whatever the handler has not come to yet is in the heap still.
  final void keeps(final ByteBudget.@Nullable Share ofBody) {
    share = ofBody;
  }

  /// The share of its answer, for the connection to give back.
  final ByteBudget.@Nullable Share takeShare() {
    final var taken = share;
    share = null;
    return taken;
  }

  private void freeShare() {
    if (share != null) {
      share.free();
      share = null;
    }
  }

  final boolean isSettled() {
    return STEP.getVolatile(this) != null;
  }

  /// The peer has gone before the answer was complete. What the body holds besides memory is given
  /// back at once; its bytes stay charged for as long as the handler has them.
  final void closed() {
    held().close();
    final var action = (Runnable) WHEN_CLOSED.getAndSet(this, GONE);
    if (action != null && action != GONE) {
      action.run();
    }
  }

  final HttpHandler handler() {
    return handler;
  }

  final HttpCore core() {
    return core;
  }

  /// The request is answered, parked or dropped: a handler that still has this object keeps no body
  /// in memory with it. Of one that comes in pieces it learns when it reads on.
  private void letGoOfBody() {
    final var body = held();
    body.close();
    if (body instanceof Body.Whole) {
      hold(Body.Whole.EMPTY);
    }
    freeShare();
  }

  /// Gathers a body that comes in pieces, on a thread of its own, and then dispatches.
  final void spool(final BodyStream coming) {
    final var _ =
        Thread.ofVirtual()
            .name("body")
            .start(() -> {
              try {
                final var gathered = Spooler.gather(coming, core.spoolRoom());
                loop().execute(() -> spooled(gathered));
              } catch (SpoolRoom.NoRoom full) {
                coming.fail("refused");
                busy("The server has no capacity for more large request bodies; try again later.");
              } catch (IOException broken) {
                if (!coming.isBroken()) { // else the peer left, or was refused by the connection
                  core.warnSeldom("a large body cannot be kept: " + broken.getMessage());
                  coming.fail("refused");
                  busy("The server cannot keep a body of this size now; try again.");
                }
              } catch (RuntimeException | Error fault) {
                coming.fail("refused");
                failed(fault);
              }
            });
  }

  private void spooled(final Body gathered) {
    if (isSettled() || isAbandoned()) {
      gathered.close();
    } else {
      hold(gathered);
      dispatch();
    }
  }

  /// Gives the complete request to the handler, whose faults end here.
  final void dispatch() {
    try {
      if (!hasClient()) {
        problem(400, "The header with which the proxy names its client is malformed.");
        return;
      }
      handler.handle(this);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /// Finds out who asks; false when a proxy says it in a way that cannot be read.
  private boolean hasClient() {
    final var proxies = connectionProxies();
    if (proxies == null) {
      return true;
    }
    client = proxies.client(connectionPeer(), headersNamed(proxies.header()));
    return client != null;
  }

  final void failed(final Throwable fault) {
    if (isAbandoned()) { // what was read of it may have broken off
      Faults.tell(fault);
      LOG.debug("{}: {} failed after its peer left", core.settings().name(), this, fault);
    } else {
      core.faults().failed(fault, "{}: {} failed", core.settings().name(), this);
    }
    if (!isSettled()) {
      problem(500, "Internal server error; see the server's log.");
    }
  }

  abstract Body held();

  abstract void hold(Body body);

  abstract InetSocketAddress connectionPeer();

  /// Absent when nothing in the request tells who asks.
  abstract @Nullable Proxies connectionProxies();

  abstract Loop loop();

  abstract Parked.Place place();

  abstract Optional<String> headerNamed(String lower);

  abstract List<String> headersNamed(String lower);

  abstract void write(Answer answer);

  abstract void begin(AnswerStream stream);

  abstract void hold(Parked parked, long patienceMillis);

  abstract void give(Upgrade upgrade);
}
