package dev.reveille.http.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Asks name servers for the SRV records of a name (RFC 2782). Nothing is cached, so that a change
/// takes effect at once. Never blocks.
public final class ServiceLookup {
  /// Priority, weight and port.
  private static final int FIXED_BYTES = 6;

  private ServiceLookup() {}

  /// @param name such as `_sips._tcp.example.org`
  /// @param told once, on the loop
  public static void find(
      final EventLoop loop,
      final NameServers servers,
      final String name,
      final Consumer<ServiceRecord.Answer> told) {
    final var once = new AtomicBoolean();
    final Consumer<ServiceRecord.Answer> first =
        answer -> {
          if (once.compareAndSet(false, true)) {
            told.accept(answer);
          }
        };
    try {
      loop.execute(() -> {
        try {
          ask(loop, servers, name, first);
        } catch (final RuntimeException e) { // no socket to ask with, or no name
          first.accept(new ServiceRecord.Answer.Failed(String.valueOf(e.getMessage())));
        }
      });
    } catch (final RejectedExecutionException _) { // the loops are gone
      first.accept(new ServiceRecord.Answer.Silent());
    }
  }

  private static void ask(
      final EventLoop loop,
      final NameServers servers,
      final String name,
      final Consumer<ServiceRecord.Answer> told) {
    final var resolver = NameLookup.resolver(loop, servers);
    final var late =
        loop.schedule(
            () -> told.accept(new ServiceRecord.Answer.Silent()),
            NameLookup.ALL_QUESTIONS.toMillis(),
            TimeUnit.MILLISECONDS);
    resolver
        .query(new DefaultDnsQuestion(name + ".", DnsRecordType.SRV))
        .addListener((Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) -> {
          late.cancel(false);
          told.accept(done.isSuccess() ? read(done.getNow()) : ofFailure(done.cause()));
          resolver.close();
        });
  }

  private static ServiceRecord.Answer ofFailure(final Throwable cause) {
    return cause instanceof DnsNameResolverTimeoutException
        ? new ServiceRecord.Answer.Silent()
        : new ServiceRecord.Answer.Failed(String.valueOf(cause.getMessage()));
  }

  private static ServiceRecord.Answer read(
      final AddressedEnvelope<DnsResponse, InetSocketAddress> envelope) {
    try {
      final var response = envelope.content();
      final var code = response.code();
      if (code.equals(DnsResponseCode.NXDOMAIN)) {
        return new ServiceRecord.Answer.None();
      }
      if (!code.equals(DnsResponseCode.NOERROR)) {
        return new ServiceRecord.Answer.Failed(code.toString());
      }
      final var records = new ArrayList<ServiceRecord>();
      for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
        if (response.recordAt(DnsSection.ANSWER, i) instanceof final DnsRawRecord raw
            && raw.type().equals(DnsRecordType.SRV)
            && raw.content().readableBytes() > FIXED_BYTES) {
          records.add(record(raw.content().slice()));
        }
      }
      return records.isEmpty()
          ? new ServiceRecord.Answer.None()
          : new ServiceRecord.Answer.Found(records);
    } catch (final RuntimeException malformed) {
      return new ServiceRecord.Answer.Failed(
          "the answer cannot be read: " + malformed.getMessage());
    } finally {
      envelope.release();
    }
  }

  private static ServiceRecord record(final ByteBuf data) {
    final int priority = data.readUnsignedShort();
    final int weight = data.readUnsignedShort();
    final int port = data.readUnsignedShort();
    final var name = DefaultDnsRecordDecoder.decodeName(data).toLowerCase(Locale.ROOT);
    return new ServiceRecord(
        priority, weight, port, name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
  }

  /// The order in which records are tried: by priority, and among equals at random by their weights
  /// (RFC 2782).
  public static List<ServiceRecord> ordered(
      final List<ServiceRecord> records, final RandomGenerator lot) {
    final var left =
        new ArrayList<>(
            records.stream()
                .sorted(
                    Comparator.comparingInt(ServiceRecord::priority)
                        .thenComparingInt(ServiceRecord::weight))
                .toList());
    final var ordered = new ArrayList<ServiceRecord>();
    while (!left.isEmpty()) {
      final int priority = left.getFirst().priority();
      final var equals = left.stream().filter(one -> one.priority() == priority).toList();
      final var next = drawn(equals, lot);
      left.remove(next);
      ordered.add(next);
    }
    return List.copyOf(ordered);
  }

  private static ServiceRecord drawn(final List<ServiceRecord> equals, final RandomGenerator lot) {
    final int sum = equals.stream().mapToInt(ServiceRecord::weight).sum();
    int reached = lot.nextInt(sum + 1);
    for (final var one : equals) {
      reached -= one.weight();
      if (reached <= 0) {
        return one;
      }
    }
    return equals.getLast();
  }
}
