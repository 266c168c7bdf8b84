package dev.reveille.protocols.rest;

import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.routing.port.Administration;

/// The addresses below `/v1/apps`: apps, their platform credentials, and how their notifications
/// look.
final class AppRoutes {
  private AppRoutes() {}

  static void add(
      final RestApi.Adding table,
      final Administration kept,
      final Hubs hubs,
      final CredentialCheck check) {
    final var apps = new AppsResource(kept.registry(), kept.secrets(), hubs, check);
    final var credentials = new CredentialsResource(apps, kept.secrets(), check);
    final var presentation = new PresentationResource(apps, kept.settings());
    table.on("GET", "/v1/apps", apps::list, "after");
    table.on("GET", "/v1/apps/{}", apps::show);
    table.on("PUT", "/v1/apps/{}", apps::put);
    table.on("DELETE", "/v1/apps/{}", apps::delete, "installations");
    table.on("GET", "/v1/apps/{}/installations", apps::foreign, "after", "limit");
    table.on("DELETE", "/v1/apps/{}/installations/{}", apps::removeForeign);
    table.on("PUT", "/v1/apps/{}/credentials/apns", credentials::putApns);
    table.on("DELETE", "/v1/apps/{}/credentials/apns", credentials::deleteApns);
    table.on("PUT", "/v1/apps/{}/credentials/apns/{}", credentials::putApns);
    table.on("DELETE", "/v1/apps/{}/credentials/apns/{}", credentials::deleteApns);
    table.on("PUT", "/v1/apps/{}/credentials/fcm", credentials::putFcm);
    table.on("DELETE", "/v1/apps/{}/credentials/fcm", credentials::deleteFcm);
    table.on("PUT", "/v1/apps/{}/credentials/fcm/{}", credentials::putFcm);
    table.on("DELETE", "/v1/apps/{}/credentials/fcm/{}", credentials::deleteFcm);
    table.on("POST", "/v1/apps/{}/trials/fcm", credentials::tryFcm);
    table.on("POST", "/v1/apps/{}/trials/fcm/{}", credentials::tryFcm);
    table.on("PUT", "/v1/apps/{}/credentials/webpush", credentials::putWebPush);
    table.on("DELETE", "/v1/apps/{}/credentials/webpush", credentials::deleteWebPush);
    table.on("PUT", "/v1/apps/{}/credentials/wns", credentials::putWns);
    table.on("DELETE", "/v1/apps/{}/credentials/wns", credentials::deleteWns);
    table.on("PUT", "/v1/apps/{}/credentials/mpns", credentials::putMpns);
    table.on("DELETE", "/v1/apps/{}/credentials/mpns", credentials::deleteMpns);
    table.on("GET", "/v1/apps/{}/presentation", presentation::show);
    table.on("PUT", "/v1/apps/{}/presentation", presentation::put);
    table.on("DELETE", "/v1/apps/{}/presentation", presentation::delete);
    table.on("PUT", "/v1/apps/{}/statement-keys/{}", apps::putStatementKey);
  }
}
