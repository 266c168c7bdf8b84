package dev.reveille.http.client;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Resolves a host name to its addresses: first by the system's hosts file, then by the name
/// servers. Nothing is cached, so that a change of either takes effect at once. [#resolve] does not
/// block; [#check] does.
///
/// The JDK's resolver is not used: it does not tell a name that does not exist from a name server
/// that does not answer, and takes up to half a minute for the latter.
public final class NameLookup {
  /// For one question to one server: another server must have its turn in time.
  private static final Duration ONE_QUESTION = Duration.ofMillis(1_500);

  /// For all questions about one name: shorter than the patience of a request that waits.
  static final Duration ALL_QUESTIONS = Duration.ofSeconds(4);

  private NameLookup() {}

  /// The addresses, or why there are none; told on the loop.
  public static Future<List<InetAddress>> resolve(
      final EventLoop loop, final NameServers servers, final String host) {
    final Promise<List<InetAddress>> told = loop.newPromise();
    final Runnable asking =
        () -> {
          try {
            final byte @Nullable [] literal = NetUtil.createByteArrayFromIpAddressString(host);
            if (literal != null) {
              told.setSuccess(List.of(InetAddress.getByAddress(host, literal)));
            } else {
              ask(loop, servers, host, told);
            }
          } catch (final UnknownHostException | RuntimeException e) { // no socket to ask with, say
            told.tryFailure(e);
          }
        };
    try {
      loop.execute(asking); // so the answer never comes before the caller has returned
    } catch (final RejectedExecutionException e) { // the loops are gone
      told.tryFailure(e);
    }
    return told;
  }

  private static void ask(
      final EventLoop loop,
      final NameServers servers,
      final String host,
      final Promise<List<InetAddress>> told) {
    final var resolver = resolver(loop, servers);
    final var late =
        loop.schedule(
            () -> told.tryFailure(new NameServerSilent(host)),
            ALL_QUESTIONS.toMillis(),
            TimeUnit.MILLISECONDS);
    resolver
        .resolveAll(host)
        .addListener((Future<List<InetAddress>> done) -> {
          late.cancel(false);
          if (done.isSuccess()) {
            told.trySuccess(done.getNow());
          } else {
            told.tryFailure(done.cause());
          }
        });
    told.addListener(_ -> resolver.close());
  }

  /// One that keeps nothing; the caller closes it.
  static DnsNameResolver resolver(final EventLoop loop, final NameServers servers) {
    final var builder =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(ClientEventLoops.datagramFor(loop))
            .socketChannelType(
                ClientEventLoops.channelFor(loop)) // for an answer longer than a datagram
            .resolveCache(NoopDnsCache.INSTANCE)
            .cnameCache(NoopDnsCnameCache.INSTANCE)
            .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
            .hostsFileEntriesResolver(new DefaultHostsFileEntriesResolver())
            .queryTimeoutMillis(ONE_QUESTION.toMillis());
    servers.provider().ifPresent(builder::nameServerProvider);
    return builder.build();
  }

  /// Whether a name was not resolved because no name server answered.
  public static boolean isSilence(final Throwable cause) {
    return cause instanceof NameServerSilent
        || cause.getCause() instanceof DnsNameResolverTimeoutException;
  }

  /// Asks whether a name can be resolved, for a client that resolves it by itself. Blocks; not to
  /// be called on an event loop.
  ///
  /// @return why not
  public static Optional<Throwable> check(
      final EventLoopGroup loops, final NameServers servers, final String host)
      throws InterruptedException {
    return Optional.ofNullable(resolve(loops.next(), servers, host).await().cause());
  }
}
