package dev.reveille.simulators.dns;

import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Decides what a simulated name server answers, over UDP and TCP alike, and writes down what was
/// asked. Thread-safe.
final class DnsAnswers {
  private static final int OTHER_ID = 0x5555;

  private final Zone zone = new Zone();
  private final Map<String, DnsFault> faults = new ConcurrentHashMap<>();
  private final List<AskedName> asked = new CopyOnWriteArrayList<>();

  Zone zone() {
    return zone;
  }

  Map<String, DnsFault> faults() {
    return faults;
  }

  List<AskedName> asked() {
    return asked;
  }

  /// Makes the response of a transport with this id.
  @FunctionalInterface
  interface Responses {
    DnsResponse make(int id);
  }

  /// What is sent back, and when.
  ///
  /// @param millis to wait before
  record Reply(DnsResponse response, long millis) {}

  /// @return null when nothing is answered
  @Nullable Reply answer(final DnsQuery query, final boolean overTcp, final Responses responses) {
    if (query.count(DnsSection.QUESTION) != 1) {
      return new Reply(responses.make(query.id()).setCode(DnsResponseCode.FORMERR), 0);
    }
    final DnsQuestion question = query.recordAt(DnsSection.QUESTION);
    final var name = ZoneRecord.folded(question.name());
    asked.add(new AskedName(Instant.now(), name, question.type().name(), overTcp));
    final var fault = faults.get(name);
    final var kind = fault == null ? DnsFault.Kind.SLOW : fault.kind();
    if (kind == DnsFault.Kind.SILENT) {
      return null;
    }
    final var response =
        responses.make(kind == DnsFault.Kind.FORGED ? query.id() ^ OTHER_ID : query.id());
    response.setAuthoritativeAnswer(true).setRecursionDesired(query.isRecursionDesired());
    response.addRecord(
        DnsSection.QUESTION,
        kind == DnsFault.Kind.ASTRAY
            ? new DefaultDnsQuestion("astray.example.", question.type())
            : new DefaultDnsQuestion(question.name(), question.type()));
    fill(response, question, kind, overTcp);
    return new Reply(response, fault == null ? 0 : fault.delay().toMillis());
  }

  private void fill(
      final DnsResponse response,
      final DnsQuestion question,
      final DnsFault.Kind kind,
      final boolean overTcp) {
    switch (kind) {
      case FAILS -> response.setCode(DnsResponseCode.SERVFAIL);
      case REFUSES -> response.setCode(DnsResponseCode.REFUSED);
      case SLOW, SILENT, FORGED, ASTRAY, CUT -> {
        if (kind == DnsFault.Kind.CUT && !overTcp) {
          response.setTruncated(true);
          return;
        }
        final var found = zone.find(question.name(), question.type());
        if (found.isEmpty() && !zone.knows(question.name())) {
          response.setCode(DnsResponseCode.NXDOMAIN);
        }
        found.forEach(record -> response.addRecord(DnsSection.ANSWER, Zone.raw(record)));
      }
    }
  }
}
