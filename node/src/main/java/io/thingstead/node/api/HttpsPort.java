package io.thingstead.node.api;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.tls.ServerTls;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// A port that speaks HTTPS. Who speaks HTTP to it is told so, and gets nothing else.
final class HttpsPort {
    private HttpsPort() {}

    static ServerConnector connector(Server jetty, HttpConfiguration settings, String host, int port, ServerTls tls) {
        var context = new SslContextFactory.Server();
        context.setSslContext(tls.context());
        context.setExcludeProtocols();
        context.setIncludeProtocols(tls.versions());
        context.setExcludeCipherSuites();
        context.setIncludeCipherSuites(tls.ciphers());
        // Which names it is for, the certificate says, and who connects looks at that.
        context.setSniRequired(false);
        var secured = new HttpConfiguration(settings);
        secured.addCustomizer(new SecureRequestCustomizer(false));
        var http = new HttpConnectionFactory(secured);
        var encrypted = new SslConnectionFactory(context, http.getProtocol());
        var connector = new ServerConnector(jetty, new DetectorConnectionFactory(encrypted), http);
        connector.setHost(host);
        connector.setPort(port);
        return connector;
    }

    /// Answers a request that came unencrypted: a page is opened with HTTPS instead; whatever else has told what it
    /// should not, or would with the next request. Whether it was one.
    static boolean refusesPlain(Context context) {
        if (context.req().isSecure()) return false;
        String address = "https://" + context.host() + context.path();
        boolean isPage = context.method().equals(HandlerType.GET) && context.header(Header.AUTHORIZATION) == null;
        if (isPage && !context.path().startsWith("/api/")) {
            context.status(308).header(Header.LOCATION, address);
        } else {
            Problem.send(
                    context,
                    Refusal.REQUEST_FORBIDDEN,
                    "this listener speaks HTTPS only: " + "https://" + context.host() + "/");
        }
        return true;
    }
}
