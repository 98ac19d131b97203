# Stand-ins of Microsoft.Graph and ExchangeOnlineManagement, over a sandbox in this process: commands of the same names that send
# the requests which those modules send.
function Use-StandIn {
    param([Parameter(Mandatory)] $Sandbox)
    $flags = [Reflection.BindingFlags]'NonPublic,Public,Instance'
    $tenant = $Sandbox.GetType().GetProperty('Handle', $flags).GetValue($Sandbox)
    $wire = $tenant.GetType().GetProperty('Wire', $flags).GetValue($tenant)
    $admin = $tenant.GetType().GetProperty('AdminApp', $flags).GetValue($tenant)
    $script:StandIn = @{
        Http     = [Net.Http.HttpClient]::new($wire.GetType().GetProperty('Http', $flags).GetValue($wire), $false)
        TenantId = $Sandbox.TenantId
        Admin    = [pscredential]::new($admin.Item1, (ConvertTo-SecureString $admin.Item2 -AsPlainText -Force))
    }
    $script:StandIn.Graph = $script:StandIn.Admin
}

function Send-StandIn($Method, $Uri, $Body, $Credential, $Scope) {
    $form = [Collections.Generic.Dictionary[string, string]]::new()
    $form.grant_type, $form.client_id, $form.client_secret, $form.scope =
        'client_credentials', $Credential.UserName, $Credential.GetNetworkCredential().Password, $Scope
    $token = $StandIn.Http.PostAsync("https://login.microsoftonline.com/$($StandIn.TenantId)/oauth2/v2.0/token",
        [Net.Http.FormUrlEncodedContent]::new($form)).GetAwaiter().GetResult().Content.ReadAsStringAsync().GetAwaiter().GetResult() | ConvertFrom-Json
    $request = [Net.Http.HttpRequestMessage]::new($Method, $Uri)
    $request.Headers.Authorization = "Bearer $($token.access_token)"
    if ($Body) {
        $request.Content = [Net.Http.StringContent]::new((ConvertTo-Json $Body -Depth 9), [Text.Encoding]::UTF8, 'application/json')
    }
    $response = $StandIn.Http.SendAsync($request).GetAwaiter().GetResult()
    $text = $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    if (-not $response.IsSuccessStatusCode) { throw "$Method $Uri`: $($response.StatusCode) $text" }
    if ($text) { $text | ConvertFrom-Json }
}

function Send-Graph($Method, $Path, $Body) {
    $answer = Send-StandIn $Method "https://graph.microsoft.com/v1.0/$Path" $Body $StandIn.Graph 'https://graph.microsoft.com/.default'
    if ($null -ne $answer.value) { $answer.value } else { $answer }
}

function Connect-MgGraph($TenantId, [pscredential] $ClientSecretCredential, [switch] $NoWelcome) { $StandIn.Graph = $ClientSecretCredential ?? $StandIn.Admin }
function Get-MgServicePrincipal($Filter) { Send-Graph GET "servicePrincipals?`$filter=$([uri]::EscapeDataString($Filter))" }
function Get-MgUser($UserId) { Send-Graph GET "users/$UserId" }
function New-MgApplication($BodyParameter) { Send-Graph POST applications $BodyParameter }
function Add-MgApplicationPassword($ApplicationId, $BodyParameter) { Send-Graph POST "applications/$ApplicationId/addPassword" $BodyParameter }
function New-MgServicePrincipal($BodyParameter) { Send-Graph POST servicePrincipals $BodyParameter }
function Update-MgServicePrincipal($ServicePrincipalId, $BodyParameter) { Send-Graph PATCH "servicePrincipals/$ServicePrincipalId" $BodyParameter }
function New-MgServicePrincipalAppRoleAssignment($ServicePrincipalId, $BodyParameter) { Send-Graph POST "servicePrincipals/$ServicePrincipalId/appRoleAssignments" $BodyParameter }
function New-MgServicePrincipalAppRoleAssignedTo($ServicePrincipalId, $BodyParameter) { Send-Graph POST "servicePrincipals/$ServicePrincipalId/appRoleAssignedTo" $BodyParameter }
function Get-MgServicePrincipalAppRoleAssignment($ServicePrincipalId, [switch] $All) { Send-Graph GET "servicePrincipals/$ServicePrincipalId/appRoleAssignments" }
function Remove-MgServicePrincipalAppRoleAssignment($ServicePrincipalId, $AppRoleAssignmentId) { Send-Graph DELETE "servicePrincipals/$ServicePrincipalId/appRoleAssignments/$AppRoleAssignmentId" }
function New-MgOauth2PermissionGrant($BodyParameter) { Send-Graph POST oauth2PermissionGrants $BodyParameter }
function New-MgUserMailFolder($UserId, $BodyParameter) { Send-Graph POST "users/$UserId/mailFolders" $BodyParameter }

function Remove-MgApplication($ApplicationId) { Send-Graph DELETE "applications/$ApplicationId" }
function Remove-MgApplicationPassword($ApplicationId, $BodyParameter) { Send-Graph POST "applications/$ApplicationId/removePassword" $BodyParameter }
function Update-MgOauth2PermissionGrant($OAuth2PermissionGrantId, $BodyParameter) { Send-Graph PATCH "oauth2PermissionGrants/$OAuth2PermissionGrantId" $BodyParameter }
function Remove-MgOauth2PermissionGrant($OAuth2PermissionGrantId) { Send-Graph DELETE "oauth2PermissionGrants/$OAuth2PermissionGrantId" }

# A cmdlet of Exchange, with the parameters as they are written.
function Send-Exchange($Cmdlet, $Rest) {
    $parameters = @{}
    for ($i = 0; $i -lt $Rest.Count; $i += 2) { $parameters[$Rest[$i].Trim('-', ':')] = $Rest[$i + 1] }
    $body = @{ CmdletInput = @{ CmdletName = $Cmdlet; Parameters = $parameters } }
    (Send-StandIn POST "https://outlook.office365.com/adminapi/beta/$($StandIn.TenantId)/InvokeCommand" $body $StandIn.Admin 'https://outlook.office365.com/.default').value
}

foreach ($name in 'Get-Mailbox', 'New-ServicePrincipal', 'Get-ServicePrincipal', 'New-ManagementScope', 'Get-ManagementScope', 'New-ManagementRoleAssignment',
    'Get-ManagementRoleAssignment', 'Add-MailboxPermission', 'Get-MailboxPermission', 'Add-RecipientPermission', 'Get-RecipientPermission', 'Set-CASMailbox',
    'Remove-MailboxPermission', 'Remove-RecipientPermission', 'Remove-ServicePrincipal', 'Remove-ManagementScope', 'Set-ManagementScope',
    'Remove-ManagementRoleAssignment', 'New-ApplicationAccessPolicy', 'Remove-ApplicationAccessPolicy', 'Get-ApplicationAccessPolicy', 'Remove-DistributionGroup',
    'Get-CASMailbox', 'Set-MailboxRegionalConfiguration', 'Get-MailboxRegionalConfiguration', 'Enable-OrganizationCustomization') {
    Set-Item "function:$name" ([scriptblock]::Create("Send-Exchange $name `$args"))
}

# The same with the properties in order, which a hashtable doesn't keep.
function ConvertTo-Sorted($Value) {
    if ($Value -is [Management.Automation.PSCustomObject]) {
        $sorted = [ordered]@{}
        foreach ($name in $Value.PSObject.Properties.Name | Sort-Object) { $sorted[$name] = ConvertTo-Sorted $Value.$name }
        [pscustomobject]$sorted
    }
    elseif ($Value -is [array]) { , @($Value | ForEach-Object { ConvertTo-Sorted $_ }) }
    else { $Value }
}

# Everything in the tenant that the commands can change, with a number in the place of each ID, and without times and secrets.
function Get-StandInState($Name, $Mailbox) {
    $principal = Get-MgServicePrincipal -Filter "displayName eq '$Name'"
    $state = @(
        # First, so that the mailboxes have the same numbers whatever the order of their IDs.
        foreach ($one in $Mailbox) { Get-CASMailbox -Identity $one }
        Send-Graph GET "applications?`$filter=$([uri]::EscapeDataString("displayName eq '$Name'"))"
        $principal
        $principal | ForEach-Object { Send-Graph GET "servicePrincipals/$($_.id)/appRoleAssignments"; Send-Graph GET "servicePrincipals/$($_.id)/appRoleAssignedTo" }
        Send-Graph GET oauth2PermissionGrants
        Get-ServicePrincipal
        Get-ManagementScope
        Get-ManagementRoleAssignment | Where-Object Role -Like 'Application *'
        foreach ($one in $Mailbox) {
            Get-MailboxPermission -Identity $one
            Get-RecipientPermission -Identity $one
            Get-CASMailbox -Identity $one
            Get-MailboxRegionalConfiguration -Identity $one
        }
    )
    $numbers = @{}
    $text = (ConvertTo-Json (ConvertTo-Sorted $state) -Depth 12 -Compress) -replace ',?"MailAdmin\.Made:[0-9a-f]+",?' -replace '"[^"]*(DateTime|When\w*|hint|createdTimestamp)":("[^"]*"|null),?' -replace '"id":"[A-Za-z0-9_-]{43}"' -replace 'oauth2PermissionGrants/[A-Za-z0-9_-]+' -replace '(Application [A-Za-z.]+)-[0-9a-f-]+', '$1' -replace 'S-1-5-21-[0-9-]+', 'SID' -replace '\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)'
    $text = [regex]::Replace($text, '[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}', { param($m) $numbers[$m.Value.ToLowerInvariant()] ??= "#$($numbers.Count)"; $numbers[$m.Value.ToLowerInvariant()] })
    # A filter has its mailboxes in the order of their IDs, which are random.
    $clauses = [Collections.Generic.Queue[string]]@([regex]::Matches($text, 'Guid -eq [^#]*#\d+').Value | Sort-Object)
    [regex]::Replace($text, 'Guid -eq [^#]*#\d+', { $clauses.Dequeue() })
}
