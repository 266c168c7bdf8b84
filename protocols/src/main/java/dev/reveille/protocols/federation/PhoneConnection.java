package dev.reveille.protocols.federation;

import dev.reveille.protocols.federation.PartnerLookup.HostPort;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ClientListener;
import dev.reveille.sip.transaction.ServerTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transport.OpenFailure;
import dev.reveille.sip.transport.OpenListener;
import dev.reveille.sip.transport.SipConnection;
import dev.reveille.sip.transport.SipHandler;
import dev.reveille.sip.transport.SipTarget;
import dev.reveille.sip.transport.SipTls;
import dev.reveille.sip.transport.SipTransport;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A connection to an edge as a phone has it: over TLS, without a certificate of its own. For one
/// thread, which it blocks.
final class PhoneConnection implements AutoCloseable {
  /// What did not answer, and where.
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Diagnosis why;

    Failed(final Diagnosis why) {
      super(why.reason(), null, false, false);
      this.why = why;
    }

    Diagnosis why() {
      return why;
    }
  }

  /// How connections are opened.
  ///
  /// @param here the host name of this server, for diagnoses
  /// @param longest from looking for addresses to the last answer
  record Means(
      SipTransport transport,
      PartnerLookup lookup,
      EventLoopGroup loops,
      String here,
      Duration longest) {}

  private final Means means;
  private final SipConnection connection;
  private final String host;
  private final long untilNanos;

  private PhoneConnection(
      final Means means, final SipConnection connection, final String host, final long untilNanos) {
    this.means = means;
    this.connection = connection;
    this.host = host;
    this.untilNanos = untilNanos;
  }

  /// Opens one.
  ///
  /// @param known where the host is; looked for in DNS when empty
  static PhoneConnection open(
      final Means means,
      final SipTls tls,
      final HostPort where,
      final Optional<InetSocketAddress> known)
      throws Failed, InterruptedException {
    final long until = System.nanoTime() + means.longest().toNanos();
    final var addresses =
        new ArrayDeque<>(known.isPresent() ? List.of(known.get()) : addresses(means, where, until));
    while (true) {
      final var address = addresses.remove();
      try {
        final var opened = opened(means, tls, where.host(), address, until);
        return new PhoneConnection(means, opened, where.host(), until);
      } catch (final Failed failed) {
        if (addresses.isEmpty()) {
          throw failed;
        }
      }
    }
  }

  /// At least one.
  private static List<InetSocketAddress> addresses(
      final Means means, final HostPort where, final long until)
      throws Failed, InterruptedException {
    final var found = new CompletableFuture<List<InetSocketAddress>>();
    means
        .lookup()
        .resolve(
            means.loops().next(),
            where,
            found::complete,
            why -> found.completeExceptionally(new Failed(why)));
    final var addresses =
        result(found, until, means, DiagnosisCode.NAME_SERVER_SILENT, where.host());
    if (addresses.isEmpty()) {
      throw new Failed(
          Diagnosis.of(DiagnosisCode.HOST_UNKNOWN, means.here(), "host", where.host()));
    }
    return addresses;
  }

  private static SipConnection opened(
      final Means means,
      final SipTls tls,
      final String host,
      final InetSocketAddress address,
      final long until)
      throws Failed, InterruptedException {
    final var opened = new CompletableFuture<SipConnection>();
    means
        .transport()
        .open(
            SipTarget.secure(address, tls, host, Set.of(host)),
            new NothingServed(),
            new OpenListener() {
              @Override
              public void opened(final SipConnection connection) {
                if (!opened.complete(connection)) { // it came too late
                  connection.close();
                }
              }

              @Override
              public void failed(final OpenFailure failure) {
                final var why = OpenFailures.of(failure, means.here(), host);
                opened.completeExceptionally(new Failed(why));
              }
            });
    return result(opened, until, means, DiagnosisCode.DEAF, host);
  }

  /// Sends a request without Via and waits for its final answer.
  SipResponse ask(final SipRequest request) throws Failed, InterruptedException {
    final var answered = new CompletableFuture<SipResponse>();
    connection.request(
        request,
        new ClientListener() {
          @Override
          public void response(final SipResponse response) {
            if (response.isFinal()) {
              answered.complete(response);
            }
          }

          @Override
          public void ended(final TransactionEnd why) {
            final var diagnosis = OpenFailures.of(why, connection, means.here(), host);
            answered.completeExceptionally(new Failed(diagnosis));
          }
        });
    return result(answered, untilNanos, means, DiagnosisCode.NO_ANSWER, host);
  }

  private static <T> T result(
      final CompletableFuture<T> future,
      final long untilNanos,
      final Means means,
      final DiagnosisCode late,
      final String host)
      throws Failed, InterruptedException {
    try {
      return future.get(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (final ExecutionException failed) {
      throw failed.getCause() instanceof final Failed why
          ? why
          : new Failed(Diagnosis.of(DiagnosisCode.INTERNAL, means.here(), "peer", host));
    } catch (final TimeoutException _) {
      final var why = Diagnosis.of(late, means.here(), "peer", host);
      if (!future.completeExceptionally(new Failed(why))) {
        return future.resultNow();
      }
      throw new Failed(why);
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  /// The edge has nothing to ask of this side.
  private static final class NothingServed implements SipHandler {
    @Override
    public void request(final SipConnection connection, final ServerTransaction transaction) {
      connection.respond(transaction, SipResponse.to(transaction.request(), 405).build());
    }
  }
}
