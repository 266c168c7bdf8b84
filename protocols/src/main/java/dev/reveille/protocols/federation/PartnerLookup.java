package dev.reveille.protocols.federation;

import dev.reveille.http.client.NameLookup;
import dev.reveille.http.client.NameServers;
import dev.reveille.http.client.ServiceLookup;
import dev.reveille.http.client.ServiceRecord;
import dev.reveille.model.OrganisationId;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Finds where the server of a domain listens: the proxy that the operator named, else the target
/// of the SRV record `_sipfederationtls._tcp`, else of `_sips._tcp` (RFC 3263); never a plain
/// address record of the domain. Answers on the event loop; never blocks.
final class PartnerLookup {
  private static final String FEDERATION = "_sipfederationtls._tcp.";
  private static final String SIPS = "_sips._tcp.";

  /// More are not tried: a name server may lie.
  private static final int MOST_HOSTS = 4;

  private static final int MOST_ADDRESSES = 4;

  private final NameServers servers;
  private final PartnerRules rules;
  private final String here;

  /// @param here the host name of this server, for diagnoses
  PartnerLookup(final NameServers servers, final PartnerRules rules, final String here) {
    this.servers = servers;
    this.rules = rules;
    this.here = here;
  }

  /// A host and port.
  record HostPort(String host, int port) {}

  /// What was found.
  sealed interface Answer {
    /// Where to connect, in the order in which it is tried; at least one.
    record Hosts(List<HostPort> all) implements Answer {}

    /// Nowhere.
    record None(Diagnosis why) implements Answer {}
  }

  /// @param told once, on any thread
  void find(
      final EventLoop loop,
      final OrganisationId organisation,
      final String domain,
      final Consumer<Answer> told) {
    ServiceLookup.find(
        loop,
        servers,
        FEDERATION + domain,
        first -> {
          if (first instanceof ServiceRecord.Answer.None) {
            ServiceLookup.find(
                loop, servers, SIPS + domain, second -> judge(organisation, domain, second, told));
          } else {
            judge(organisation, domain, first, told);
          }
        });
  }

  /// Judges on a thread that may read the disk.
  private void judge(
      final OrganisationId organisation,
      final String domain,
      final ServiceRecord.Answer answer,
      final Consumer<Answer> told) {
    Thread.ofVirtual()
        .start(() -> {
          Answer judged;
          try {
            judged = judged(organisation, domain, answer);
          } catch (final RuntimeException unreadable) { // the store
            judged = none(DiagnosisCode.INTERNAL, "domain", domain);
          }
          told.accept(judged);
        });
  }

  private Answer judged(
      final OrganisationId organisation, final String domain, final ServiceRecord.Answer answer) {
    return switch (answer) {
      case ServiceRecord.Answer.None() ->
          none(
              DiagnosisCode.SRV_MISSING,
              "domain",
              domain,
              "record",
              FEDERATION + domain + ". IN SRV 0 0 " + PartnerRules.PORT + " HOST.");
      case ServiceRecord.Answer.Failed(var words) ->
          none(DiagnosisCode.NAME_SERVER_FAILED, "domain", domain, "answer", words);
      case ServiceRecord.Answer.Silent() ->
          none(DiagnosisCode.NAME_SERVER_SILENT, "domain", domain);
      case ServiceRecord.Answer.Found(var records) -> judged(organisation, domain, records);
    };
  }

  /// The targets that may be gone to; the first refusal where there is none.
  private Answer judged(
      final OrganisationId organisation, final String domain, final List<ServiceRecord> records) {
    final RandomGenerator lot = ThreadLocalRandom.current();
    final var ordered = ServiceLookup.ordered(records, lot);
    final var good =
        ordered.stream()
            .filter(one -> !one.target().isEmpty())
            .filter(one -> rules.judgeTarget(organisation, domain, one.target()).isEmpty())
            .map(one -> new HostPort(one.target(), one.port()))
            .limit(MOST_HOSTS)
            .toList();
    if (!good.isEmpty()) {
      return new Answer.Hosts(good);
    }
    return ordered.stream()
        .filter(one -> !one.target().isEmpty())
        .findFirst()
        .flatMap(one -> rules.judgeTarget(organisation, domain, one.target()))
        .<Answer>map(Answer.None::new)
        .orElseGet(() ->
            none(
                DiagnosisCode.SRV_MISSING,
                "domain",
                domain,
                "answer",
                "the record says that the service is not offered"));
  }

  /// The addresses of a host.
  ///
  /// @param told the addresses with the port, or why there are none; once, on the loop
  void resolve(
      final EventLoop loop,
      final HostPort where,
      final Consumer<List<InetSocketAddress>> told,
      final Consumer<Diagnosis> failed) {
    NameLookup.resolve(loop, servers, where.host())
        .addListener((Future<List<InetAddress>> done) -> {
          if (done.isSuccess()) {
            told.accept(
                done.getNow().stream()
                    .limit(MOST_ADDRESSES)
                    .map(address -> new InetSocketAddress(address, where.port()))
                    .toList());
          } else {
            failed.accept(
                Diagnosis.of(
                    NameLookup.isSilence(done.cause())
                        ? DiagnosisCode.NAME_SERVER_SILENT
                        : DiagnosisCode.HOST_UNKNOWN,
                    here,
                    "host",
                    where.host()));
          }
        });
  }

  private Answer none(final DiagnosisCode code, final String... details) {
    return new Answer.None(Diagnosis.of(code, here, details));
  }
}
