# A stand-in of the module ExchangeOnlineManagement, over a sandbox in this process. As there, Connect-ExchangeOnline loads a temporary module with a
# function for each cmdlet of the account's roles, and errors are written by Write-ErrorMessage:
# https://github.com/timmcmic/DLConversionV2/issues/129, https://learn.microsoft.com/powershell/module/exchangepowershell/get-connectioninformation.
$connections = [Collections.Generic.List[object]]::new()

function Connect-ExchangeOnline {
    param([Parameter(Mandatory)] $Sandbox, [string] $Prefix = '', [string[]] $CommandName = '*', [string] $DelegatedOrganization = '', [string] $TenantId = $Sandbox.TenantId)
    $flags = [Reflection.BindingFlags]'NonPublic,Public,Instance,Static'
    $tenant = $Sandbox.GetType().GetProperty('Handle', $flags).GetValue($Sandbox)
    $wire = $tenant.GetType().GetProperty('Wire', $flags).GetValue($tenant)
    $admin = $tenant.GetType().GetProperty('AdminApp', $flags).GetValue($tenant)
    $all = $tenant.GetType().Assembly.GetType("MailAdmin.Tenant.ExchangeAdmin.AdminCommands").GetProperty("All", $flags).GetValue($null)
    $state = @{
        Http     = [Net.Http.HttpClient]::new($wire.GetType().GetProperty('Http', $flags).GetValue($wire), $false)
        TenantId = $Sandbox.TenantId
        Admin    = $admin
        Calls    = [Collections.Generic.List[string]]::new()
    }
    $state.Token = Get-StandInToken $state
    $cmdlets = (Send-StandInRequest $state GET EXOModuleFile?Version=3.9.2 $null @{ CommandName = '*' }).Json.value.exportedCmdlets.Split(',')
    $functions = foreach ($name in $cmdlets | Where-Object { $one = $_; $CommandName.Where({ $one -like $_ }) }) {
        $verb, $noun = $name.Split('-')
        $parameters = $all[$name].Parameters.ForEach({ "`$$_" }) -join ', '
        "function $verb-$Prefix$noun { [CmdletBinding(SupportsShouldProcess)] param($parameters) Invoke-Cmdlet $name `$PSBoundParameters `$PSCmdlet }"
    }
    $body = @'
param($State, $Send)
function Write-ErrorMessage { [CmdletBinding()] param($ErrorObject) $PSCmdlet.WriteError($ErrorObject) }

function Invoke-Cmdlet($Name, $Bound, $Cmdlet) {
    $parameters = @{}
    $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
    $Bound.Keys | Where-Object { $_ -notin $common } | ForEach-Object { $parameters[$_] = $Bound[$_] }
    $State.Calls.Add($Name)
    if ($Name -notmatch '^(Get|Test)-' -and -not $Cmdlet.ShouldProcess($Name)) { return }
    $next = 'InvokeCommand'
    do {
        $answer = & $Send $State POST $next @{ CmdletInput = @{ CmdletName = $Name; Parameters = $parameters } } @{ 'X-CmdletName' = $Name }
        if ($answer.Status -ge 400) {
            $text = $answer.Json.error.details[0].message ?? "Error while querying REST service. HttpStatusCode=$($answer.Status)"
            $record = [Management.Automation.ErrorRecord]::new([Exception]::new($text),
                "[Server=AM0PR00MB0000,RequestId=$($answer.RequestId),TimeStamp=$([datetime]::UtcNow.ToString('r'))]", 'NotSpecified', $null)
            $record.CategoryInfo.Reason = $answer.Status -eq 403 ? 'UnauthorizedAccessException' : $text.Split('|')[1].Split('.')[-1]
            $record.CategoryInfo.Activity = $Name
            Write-ErrorMessage $record
            return
        }
        $answer.Json.'@adminapi.warnings' | Where-Object { $_ } | Write-Warning
        # Objects of the module have booleans and times, not texts.
        foreach ($one in $answer.Json.value) {
            foreach ($property in $one.PSObject.Properties) { if ($property.Value -cin 'True', 'False') { $property.Value = $property.Value -ceq 'True' } }
            $one
        }
        $next = $answer.Json.'@odata.nextLink'
    } while ($next)
}

'@ + ($functions -join "`n") + "`nExport-ModuleMember -Function *-*$Prefix* "
    $name = "tmpEXO_$([IO.Path]::GetRandomFileName())"
    New-Module -Name $name -ScriptBlock ([scriptblock]::Create($body)) -ArgumentList $state, ${function:Send-StandInRequest} | Import-Module -Global -DisableNameChecking
    $connections.Add([pscustomobject]@{
        ConnectionId = [guid]::NewGuid(); State = 'Connected'; Id = $connections.Count + 1; Name = "ExchangeOnline_$($connections.Count + 1)"
        ConnectionUri = 'https://outlook.office365.com'; ModuleName = "C:\Users\laura\AppData\Local\Temp\$name"; ModulePrefix = $Prefix
        DelegatedOrganization = $DelegatedOrganization; TenantID = $TenantId; TokenStatus = 'Active'; IsEopSession = $false; StandIn = $state
    })
}

function Disconnect-ExchangeOnline {
    foreach ($connection in $connections) { Remove-Module $connection.ModuleName.Split('\')[-1] -ErrorAction Ignore }
    $connections.Clear()
}

function Get-ConnectionInformation { [CmdletBinding()] param() $connections }

function Get-StandInToken($State) {
    $form = [Collections.Generic.Dictionary[string, string]]::new()
    $form.grant_type, $form.client_id, $form.client_secret, $form.scope = 'client_credentials', $State.Admin.Item1, $State.Admin.Item2, 'https://outlook.office365.com/.default'
    $answer = $State.Http.PostAsync("https://login.microsoftonline.com/$($State.TenantId)/oauth2/v2.0/token", [Net.Http.FormUrlEncodedContent]::new($form)).GetAwaiter().GetResult()
    ($answer.Content.ReadAsStringAsync().GetAwaiter().GetResult() | ConvertFrom-Json).access_token
}

function Send-StandInRequest($State, $Method, $Address, $Body, $Headers) {
    $uri = $Address -like 'https:*' ? $Address : "https://outlook.office365.com/adminapi/beta/$($State.TenantId)/$Address"
    $request = [Net.Http.HttpRequestMessage]::new($Method, $uri)
    $request.Headers.Authorization = "Bearer $($State.Token)"
    $Headers.Keys | ForEach-Object { $null = $request.Headers.TryAddWithoutValidation($_, [string]$Headers[$_]) }
    if ($Body) { $request.Content = [Net.Http.StringContent]::new((ConvertTo-Json $Body -Depth 9), [Text.Encoding]::UTF8, 'application/json') }
    $response = $State.Http.SendAsync($request).GetAwaiter().GetResult()
    $text = $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    @{ Status = [int]$response.StatusCode; RequestId = "$($response.Headers.GetValues('request-id'))"; Json = $text ? ($text | ConvertFrom-Json) : $null }
}

Export-ModuleMember -Function Connect-ExchangeOnline, Disconnect-ExchangeOnline, Get-ConnectionInformation
