using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Serves graph.microsoft.com and its hosts in the national clouds: version 1.0, and the parts of beta that version 1.0 doesn't
/// have.
/// </summary>
internal sealed class GraphService(TenantState tenant, GraphState state)
{
    /// <summary>Answers one request. The caller holds the tenant's lock.</summary>
    public TenantAnswer Answer(TenantRequest request)
    {
        var requestId = Guid.NewGuid().ToString();
        var clientRequestId = request.Header("client-request-id") ?? requestId;
        TenantAnswer answer;
        try
        {
            answer = Handle(request);
        }
        catch (GraphRefusal refusal)
        {
            answer = refusal.ToAnswer(tenant.Now, requestId, clientRequestId);
        }

        answer.Headers["request-id"] = requestId;
        answer.Headers["client-request-id"] = clientRequestId;
        if (answer.Body is not null && answer.Status < 300)
        {
            answer.Headers.TryAdd(
                "Content-Type",
                "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8");
            answer.Headers.TryAdd("OData-Version", "4.0");
        }

        return answer;
    }

    private TenantAnswer Handle(TenantRequest request)
    {
        var version = request.Uri.Segments.Length > 1 ? request.Uri.Segments[1].TrimEnd('/') : "";
        if (version is not ("v1.0" or "beta"))
        {
            throw GraphRefusal.BadRequest($"Invalid version: {version}");
        }

        var caller = Authentication.CallerOf(tenant, request);
        var path = GraphPath.Parse(request.Uri.AbsolutePath);
        if (path is ["$batch"] && request.Method == "POST")
        {
            return Batch.Answer(request, Answer);
        }

        tenant.Faults.Throw(FaultPoint.Graph, caller.AppId, path: request.Uri.AbsolutePath);
        if (path is ["me", ..])
        {
            path =
            [
                "users", caller.UserId
                    ?? throw GraphRefusal.BadRequest("/me request is only valid with delegated authentication flow."),
                .. path[1..],
            ];
        }

        var (route, keys) = GraphRoutes.Find(request.Method, version, path);
        var call = new GraphCall(tenant, state, request, Delegation.Narrow(tenant, caller, route, keys), keys);
        Authorize(route, call);
        var answer = route.Handle(call);
        if (route.IsMail && answer.Status < 300 && AuditedAction.Of(route) is { } action)
        {
            tenant.Audit.Note(action, caller.AppId, caller.UserId ?? caller.ObjectId, caller.UserId is not null, call.Mailbox);
        }

        if (request.Method == "GET" && !call.IsExpandRead && call.Query.Expand is [var first, ..])
        {
            // An endpoint without support for $expand returns an error instead of ignoring it.
            throw GraphRefusal.BadRequest(
                $"Parsing OData Select and Expand failed: Could not find a property named '{first.Split('(')[0]}'.");
        }

        return answer;
    }

    private void Authorize(Route route, GraphCall call)
    {
        if (!route.IsMail)
        {
            if (!call.Caller.Roles.Overlaps(route.Roles))
            {
                throw GraphRefusal.DirectoryDenied();
            }

            return;
        }

        var mailbox = call.User is { } user ? tenant.Mailboxes.OfUser(user.Id) : null;
        tenant.Faults.Throw(FaultPoint.Mail, call.Caller.AppId, mailbox?.Address, call.Request.Uri.AbsolutePath);
        if (mailbox is not null)
        {
            state.Quotas.CountRequest(call.Caller.AppId, mailbox.Address);
            if (call.Request.Body.Length > 0)
            {
                state.Quotas.CountUpload(call.Caller.AppId, mailbox.Address, call.Request.Body.Length);
            }

            switch (AppAccess.Judge(tenant, call.Caller, mailbox, route.Roles))
            {
                case AccessVerdict.Denied:
                    throw GraphRefusal.MailDenied();
                case AccessVerdict.DeniedByPolicy:
                    throw GraphRefusal.PolicyDenied();
            }
        }
        else if (!call.Caller.Roles.Overlaps(route.Roles) && !AppAccess.HasRole(tenant, call.Caller, route.Roles))
        {
            // A caller with the role for some mailbox gets the error that the name doesn't exist. A caller without it gets no
            // such information.
            throw GraphRefusal.MailDenied();
        }
    }
}
