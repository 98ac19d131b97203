# Stands in for the module ExchangeOnlineManagement, so that scripts with Connect-MailAdmin -UseExchangeSession can be tested on a sandbox.
# Connect-ExchangeOnline loads a temporary module with a function for each cmdlet of the account's roles. The functions send their requests to
# the sandbox. As in Microsoft's module, errors are written by Write-ErrorMessage:
# https://github.com/timmcmic/DLConversionV2/issues/129, https://learn.microsoft.com/powershell/module/exchangepowershell/get-connectioninformation.
$connections = [Collections.Generic.List[object]]::new()

<#
.SYNOPSIS
Connects to the Exchange Online of a sandbox in this process.
#>
function Connect-ExchangeOnline {
    [CmdletBinding()]
    param(
        # The sandbox that New-MailSandbox returned; without it, the one of the current context.
        [object] $Sandbox = (Get-MailAdminContext).Sandbox,

        # Comes before the noun of each cmdlet.
        [string] $Prefix = '',

        # The cmdlets to load; with wildcards.
        [string[]] $CommandName = '*',

        # The customer, if a partner connects.
        [string] $DelegatedOrganization = '',

        # The tenant of the account, if it is another one, such as a partner's.
        [string] $TenantId,

        # Parameters of the sign-in, such as -ManagedIdentity and -Organization, are accepted and not used.
        [Parameter(ValueFromRemainingArguments)] [object[]] $SignIn
    )

    $flags = [Reflection.BindingFlags]'NonPublic, Public, Instance, Static'
    $read = { param($From, $Name) $From.GetType().GetProperty($Name, $flags).GetValue($From) }
    $tenant = if ($Sandbox) { & $read $Sandbox Handle }
    if (-not $tenant) { throw 'A sandbox of this process is required. Specify one that New-MailSandbox returned.' }
    $commands = $tenant.GetType().Assembly.GetType('MailAdmin.Tenant.ExchangeAdmin.AdminCommands').GetProperty('All', $flags).GetValue($null)
    $session = @{
        Http     = [Net.Http.HttpClient]::new((& $read (& $read $tenant Wire) Http), $false)
        TenantId = $Sandbox.TenantId
        AdminApp = & $read $tenant AdminApp
        Token    = ''
        Calls    = [Collections.Generic.List[string]]::new()
    }
    $listed = (Send-SandboxRequest $session GET EXOModuleFile?Version=3.9.2 $null @{ CommandName = '*' }).Json.value.exportedCmdlets.Split(',')
    $functions = foreach ($cmdlet in $listed | Where-Object { $one = $_; $CommandName.Where({ $one -like $_ }) }) {
        $verb, $noun = $cmdlet.Split('-')
        $parameters = $commands[$cmdlet].Parameters.ForEach({ "`$$_" }) -join ', '
        "function $verb-$Prefix$noun { [CmdletBinding(SupportsShouldProcess)] param($parameters) Invoke-Cmdlet $cmdlet `$PSBoundParameters `$PSCmdlet }"
    }
    # As Microsoft's module does, from a file: PowerShell removes the functions of a module in memory only where it was made.
    $folder = New-Item (Join-Path ([IO.Path]::GetTempPath()) "tmpEXO_$([IO.Path]::GetRandomFileName())") -ItemType Directory
    $file = Join-Path $folder "$($folder.Name).psm1"
    "$cmdletBody`n$($functions -join "`n")`nExport-ModuleMember -Function *-*$Prefix*" | Set-Content -LiteralPath $file
    Import-Module $file -Global -DisableNameChecking -ArgumentList $session, ${function:Send-SandboxRequest}
    Remove-Item -LiteralPath $folder -Recurse
    $connections.Add([pscustomobject]@{
        ConnectionId          = [guid]::NewGuid()
        State                 = 'Connected'
        Id                    = $connections.Count + 1
        Name                  = "ExchangeOnline_$($connections.Count + 1)"
        ConnectionUri         = 'https://outlook.office365.com'
        ModuleName            = $folder.FullName
        ModulePrefix          = $Prefix
        DelegatedOrganization = $DelegatedOrganization
        TenantID              = $TenantId ? $TenantId : $Sandbox.TenantId
        TokenStatus           = 'Active'
        IsEopSession          = $false
        # Not in Microsoft's module: the cmdlets that were run, for tests.
        Calls                 = $session.Calls
    })
}

<#
.SYNOPSIS
Removes connections and their cmdlets: all, or those of an ID or a prefix.
#>
function Disconnect-ExchangeOnline {
    # https://learn.microsoft.com/powershell/module/exchangepowershell/disconnect-exchangeonline: it prompts.
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([string[]] $ConnectionId, [string[]] $ModulePrefix)
    foreach ($connection in @(Get-ConnectionInformation -ConnectionId $ConnectionId -ModulePrefix $ModulePrefix)) {
        if (-not $PSCmdlet.ShouldProcess($connection.Name)) { continue }
        Remove-Module (Split-Path $connection.ModuleName -Leaf) -ErrorAction Ignore
        $null = $connections.Remove($connection)
    }
}

<#
.SYNOPSIS
Gets the connections: all, or those of an ID or a prefix.
#>
function Get-ConnectionInformation {
    [CmdletBinding()]
    param([string[]] $ConnectionId, [string[]] $ModulePrefix)
    $connections.ToArray() | Where-Object {
        (-not $ConnectionId -or "$($_.ConnectionId)" -in $ConnectionId) -and (-not $ModulePrefix -or $_.ModulePrefix -in $ModulePrefix)
    }
}

# What the functions of a connection have in common.
$cmdletBody = @'
param($Session, $Send)
function Write-ErrorMessage { [CmdletBinding()] param($ErrorObject) $PSCmdlet.WriteError($ErrorObject) }

function Invoke-Cmdlet($Name, $Bound, $Cmdlet) {
    $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
    $parameters = @{}
    $Bound.Keys | Where-Object { $_ -notin $common } | ForEach-Object { $parameters[$_] = $Bound[$_] }
    $Session.Calls.Add($Name)
    if ($Name -notmatch '^(Get|Test)-' -and -not $Cmdlet.ShouldProcess($Name)) { return }
    $next = 'InvokeCommand'
    do {
        $answer = & $Send $Session POST $next @{ CmdletInput = @{ CmdletName = $Name; Parameters = $parameters } } @{ 'X-CmdletName' = $Name }
        if ($answer.Status -ge 400) {
            $text = @($answer.Json.error.details)[0].message ?? "Error while querying REST service. HttpStatusCode=$($answer.Status)"
            $id = "[Server=AM0PR00MB0000,RequestId=$($answer.RequestId),TimeStamp=$([datetime]::UtcNow.ToString('r'))]"
            $record = [Management.Automation.ErrorRecord]::new([Exception]::new($text), $id, 'NotSpecified', $null)
            $record.CategoryInfo.Reason = $text -match '\|([\w.]+)\|' ? $Matches[1].Split('.')[-1] : 'UnauthorizedAccessException'
            $record.CategoryInfo.Activity = $Name
            Write-ErrorMessage $record
            return
        }

        $answer.Json.'@adminapi.warnings' | Where-Object { $_ } | Write-Warning
        # Objects of Microsoft's module have booleans, the responses have texts.
        foreach ($one in $answer.Json.value) {
            foreach ($property in $one.PSObject.Properties) { if ($property.Value -cin 'True', 'False') { $property.Value = $property.Value -ceq 'True' } }
            $one
        }

        $next = $answer.Json.'@odata.nextLink'
    } while ($next)
}

'@

function Get-SandboxToken($Session) {
    $form = [Collections.Generic.Dictionary[string, string]]::new()
    $form.grant_type, $form.client_id, $form.client_secret = 'client_credentials', $Session.AdminApp.Item1, $Session.AdminApp.Item2
    $form.scope = 'https://outlook.office365.com/.default'
    $address = "https://login.microsoftonline.com/$($Session.TenantId)/oauth2/v2.0/token"
    $answer = $Session.Http.PostAsync($address, [Net.Http.FormUrlEncodedContent]::new($form)).GetAwaiter().GetResult()
    ($answer.Content.ReadAsStringAsync().GetAwaiter().GetResult() | ConvertFrom-Json).access_token
}

function Send-SandboxRequest($Session, $Method, $Address, $Body, $Headers) {
    $uri = $Address -like 'https:*' ? $Address : "https://outlook.office365.com/adminapi/beta/$($Session.TenantId)/$Address"
    # A test moves the sandbox's clock past the end of a token. Like Microsoft's module, this one gets a new token then.
    foreach ($token in $Session.Token, '') {
        $Session.Token = $token ? $token : (Get-SandboxToken $Session)
        $request = [Net.Http.HttpRequestMessage]::new($Method, $uri)
        $request.Headers.Authorization = "Bearer $($Session.Token)"
        $Headers.Keys | ForEach-Object { $null = $request.Headers.TryAddWithoutValidation($_, [string]$Headers[$_]) }
        if ($Body) { $request.Content = [Net.Http.StringContent]::new((ConvertTo-Json $Body -Depth 9), [Text.Encoding]::UTF8, 'application/json') }
        $response = $Session.Http.SendAsync($request).GetAwaiter().GetResult()
        if ($response.StatusCode -ne 'Unauthorized') { break }
    }

    $text = $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    @{ Status = [int]$response.StatusCode; RequestId = "$($response.Headers.GetValues('request-id'))"; Json = $text ? ($text | ConvertFrom-Json) : $null }
}

Export-ModuleMember -Function Connect-ExchangeOnline, Disconnect-ExchangeOnline, Get-ConnectionInformation
