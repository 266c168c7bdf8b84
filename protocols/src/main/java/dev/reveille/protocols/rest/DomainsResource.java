package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.DomainName;
import dev.reveille.model.NetbiosName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.OrganisationDomains.Domain;
import dev.reveille.routing.port.OrganisationDomains.Full;
import dev.reveille.routing.port.OrganisationDomains.Taken;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.SettingsStore.Stale;
import dev.reveille.routing.port.UserPasswords;
import java.util.Optional;

/// `/v1/domains`: the SIP and mail domains of the caller's organisation, and their NetBIOS names.
/// On threads that may block.
///
/// Whose a domain is that another organisation has is told to operators of the default organisation
/// only.
final class DomainsResource {
  private static final String[] FIELDS = {"domain", "netbios"};

  private final OrganisationDomains domains;
  private final UserPasswords passwords;

  DomainsResource(final OrganisationDomains domains, final UserPasswords passwords) {
    this.domains = domains;
    this.passwords = passwords;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final int limit = request.limit();
    final var after = request.query("after");
    final var left =
        domains.all(request.organisation()).stream()
            .filter(each -> each.name().value().compareTo(after) > 0)
            .toList();
    final var page = left.subList(0, Math.min(limit, left.size()));
    return Answers.json(
        200,
        out -> {
          out.objects("domains", page, DomainsResource::writeNames);
          if (left.size() > limit) {
            out.text("next", page.getLast().name().value());
          }
        });
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final var name = name(request);
    return answer(
        200, domains.find(request.organisation(), name).orElseThrow(() -> notFound(name)));
  }

  Answer make(final Request request) {
    request.need(Right.MANAGE);
    final var body = request.body(FIELDS);
    final var name = body.value("domain", DomainName::of);
    final var netbios = body.maybe("netbios", NetbiosName::of);
    return answer(201, created(request, name, netbios));
  }

  /// Makes a domain, or replaces its NetBIOS name.
  Answer put(final Request request) {
    request.need(Right.MANAGE);
    final var name = name(request);
    final var body = request.body(FIELDS);
    body.text("domain")
        .filter(text -> DomainName.read(text).filter(name::equals).isEmpty())
        .ifPresent(text -> {
          throw Refusal.malformed("domain", "must be " + name + " as in the address, or left out");
        });
    final var netbios = body.maybe("netbios", NetbiosName::of);
    if (request.createsOnly()) {
      return answer(201, created(request, name, netbios));
    }
    final var before = domains.find(request.organisation(), name);
    final long expected =
        SettingsResource.expected(request, () -> before.map(Domain::version).orElse(0L));
    final var now = put(request, name, netbios, expected);
    return answer(before.isEmpty() ? 201 : 200, now);
  }

  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final var name = name(request);
    if (!domains.remove(request.organisation(), name, SettingsResource.by(request))) {
      throw notFound(name);
    }
    return Answers.NO_CONTENT;
  }

  private Domain created(
      final Request request, final DomainName name, final Optional<NetbiosName> netbios) {
    try {
      return put(request, name, netbios, 0);
    } catch (Stale _) {
      throw new Refusal(Reason.EXISTS, "domain " + name);
    }
  }

  private Domain put(
      final Request request,
      final DomainName name,
      final Optional<NetbiosName> netbios,
      final long expected) {
    try {
      return domains.put(
          request.organisation(), name, netbios, expected, SettingsResource.by(request));
    } catch (Taken taken) {
      throw new Refusal(Reason.EXISTS, taken.getMessage() + " " + holder(request, taken.holder()));
    } catch (Full full) {
      throw new Refusal(Reason.TOO_LARGE, String.valueOf(full.getMessage()));
    }
  }

  private static String holder(final Request request, final Domain holder) {
    if (holder.organisation().equals(request.organisation())) {
      return "is that of the domain " + holder.name();
    }
    return request.organisation().equals(OrganisationId.FIRST)
        ? "belongs to the organisation " + holder.organisation()
        : "belongs to another organisation of this server";
  }

  private static DomainName name(final Request request) {
    try {
      return DomainName.of(request.name());
    } catch (IllegalArgumentException mistake) {
      throw Refusal.malformed("domain", String.valueOf(mistake.getMessage()));
    }
  }

  private static Refusal notFound(final DomainName name) {
    return Refusal.notFound("domain", name.value());
  }

  private Answer answer(final int status, final Domain domain) {
    final long without = passwords.without(domain.organisation(), domain.name());
    return Answers.json(
        status,
        out -> {
          writeNames(out, domain);
          out.number("passwordsToSetAgain", without);
        },
        "ETag",
        "\"" + domain.version() + "\"");
  }

  private static void writeNames(final JsonOut out, final Domain domain) {
    out.text("domain", domain.name().value());
    domain.netbios().ifPresent(netbios -> out.text("netbios", netbios.value()));
    out.number("version", domain.version());
  }
}
