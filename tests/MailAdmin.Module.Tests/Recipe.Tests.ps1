BeforeAll {
    . (Join-Path $PSScriptRoot 'Pwsh.ps1')
    Import-Module ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin'))
    $alice = 'alice@contoso.onmicrosoft.com'
    $bob = 'bob@contoso.onmicrosoft.com'
    $invoices = 'invoices@contoso.onmicrosoft.com'
}

Describe 'Recipes' {
    It 'ship with the module and complete their names' {
        (Get-MailAppRecipe).Name | Should -Be JEMHC, Jim2, Jim2Outgoing, LogicalDOC, SysAid, Ultimo
        (TabExpansion2 'Install-MailApp -Recipe L').CompletionMatches.CompletionText | Should -Be LogicalDOC
        (TabExpansion2 'New-MailAppRegistration X -Recipe S').CompletionMatches.CompletionText | Should -Be SysAid
    }

    It 'tell what is left out, and why' {
        $least = Get-MailAppRecipe logicaldoc
        "$($least.Permission)" | Should -Be Exchange/IMAP.AccessAsApp
        $least.OmittedPermission | ForEach-Object { $_.Reason | Should -Not -BeNullOrEmpty }
        (Get-MailAppRecipe LogicalDOC -UseVendorPermissions).Permission.Count | Should -Be 10
        Get-MailAppRecipe | Out-String | Should -BeLike '*gives access to all mailboxes over EWS*'
    }

    It 'of ones own lie in a folder, and one with a mistake is told and hides no other' {
        $env:MAILADMIN_RECIPES = Join-Path $TestDrive own
        try {
            $null = New-Item $env:MAILADMIN_RECIPES -ItemType Directory
            (Get-Content (Get-MailAppRecipe Jim2).Path -Raw) -replace '"Jim2"', '"Jim3"' | Set-Content (Join-Path $env:MAILADMIN_RECIPES Jim3.json)
            (Get-Content (Get-MailAppRecipe Jim2).Path -Raw) -replace '"Jim2"', '"Broken"' -replace 'Mail.ReadWrite"', 'Mail.ReadWrit"' | Set-Content (Join-Path $env:MAILADMIN_RECIPES Broken.json)
            # Where the folder is, a session is told when it loads the module.
            $said = Invoke-ChildPwsh -Command "Import-Module '$((Get-Module MailAdmin).ModuleBase)'; (Get-MailAppRecipe -ErrorAction SilentlyContinue -ErrorVariable e).Name -join ' '; `$e.FullyQualifiedErrorId; `$e.Exception.Message"
            $said[0] | Should -Be 'JEMHC Jim2 Jim2Outgoing Jim3 LogicalDOC SysAid Ultimo'
            $said[1] | Should -BeLike 'RecipeInvalid*'
            $said[2] | Should -BeLike "*Broken.json(13): no application permission 'Graph/Mail.ReadWrit' was found; did you mean 'Graph/Mail.ReadWrite'?*"
        }
        finally {
            $env:MAILADMIN_RECIPES = $null
        }
    }

    It 'that are not there get a hint' {
        { Get-MailAppRecipe SysAd -ErrorAction Stop } | Should -Throw -ErrorId 'UnknownRecipe*'
        (Get-MailAppRecipe SysAd -ErrorAction SilentlyContinue -ErrorVariable e)
        $e[0].ErrorDetails.RecommendedAction | Should -BeLike '*SysAid*'
    }
}

Describe 'New-MailAppRegistration -Recipe' {
    BeforeEach { Connect-MailAdmin -Sandbox | Out-Null }

    It 'is the road of the overview' {
        $app = New-MailAppRegistration -Name LogicalDOC -Recipe LogicalDOC
        $app.Recipe | Should -Be LogicalDOC
        "$($app.GrantedPermission)" | Should -Be Exchange/IMAP.AccessAsApp
        $app.SecretExpiresAt.Date | Should -Be (Get-Date).ToUniversalTime().AddMonths(24).Date
        $null = $app | Grant-MailboxAccess -Mailbox $alice
        $test = $app | Test-MailboxConnection -Mailbox $alice
        $test.Protocol, $test.Verdict | Should -Be Imap, Passed
        @($app | Receive-MailboxMessage -Mailbox $alice -Destination (Join-Path $TestDrive in)).Count | Should -Be 5
        ($app | Get-MailAppProductSetting).Mailbox | Should -Be $alice
        (Get-MailAppRegistration LogicalDOC).Recipe | Should -Be LogicalDOC
        ($app | Test-MailAppAccess -Mailbox $alice).Protocol | Should -Be Imap
        (New-MailAppRegistration -Name LogicalDOC -Recipe LogicalDOC).Change | Should -Be Unchanged
    }

    It 'takes the redirect URI and delegated permissions, and no vendors app' {
        $app = New-MailAppRegistration Ultimo -Recipe Ultimo -Delegated -Customer contoso -WarningAction SilentlyContinue
        "$($app.RedirectUri)" | Should -Be 'https://contoso.ultimo.net/OAuth2Callback (Web)'
        "$($app.RequestedPermission | Sort-Object Name)" | Should -Be 'Graph/Mail.ReadWrite Graph/offline_access'
        { New-MailAppRegistration JEMHC -Recipe JEMHC -ErrorAction Stop } | Should -Throw -ErrorId 'AppOfVendor*'
        { New-MailAppRegistration Jim2 -Recipe Jim2 -Delegated -ErrorAction Stop } | Should -Throw -ErrorId 'AccessNotInRecipe*'
    }
}

Describe 'Install-MailApp' {
    BeforeEach { Connect-MailAdmin -Sandbox | Out-Null }

    It 'returns one object for a list from CSV, and takes only what is open when it is run again' {
        $rows = "Mailbox`n$alice`nnobody@contoso.onmicrosoft.com`n$invoices" | ConvertFrom-Csv
        $summary = @($rows | Install-MailApp LogicalDOC -Name Listed -Summary -ErrorAction SilentlyContinue -ErrorVariable failure)
        $summary.Count | Should -Be 1
        "$($failure[0].FullyQualifiedErrorId)" | Should -BeLike 'UnknownMailbox*'
        $summary.UnknownMailbox | Should -Be 'nobody@contoso.onmicrosoft.com'
        $summary.Mailbox | Should -Be ($alice, $invoices)
        $summary.FailedCount | Should -Be 0
        $summary.Open | Should -BeNullOrEmpty
        ($summary | Format-List | Out-String) | Should -Match 'Steps\s+: \d+ Done'

        $again = Install-MailApp LogicalDOC $alice, $invoices -Name Listed -Summary -Previous $summary.Step
        $again.DoneCount | Should -Be 0
        @($again.Step | Where-Object Detail -eq 'Completed by an earlier run.').Count | Should -BeGreaterThan 1
    }

    It 'goes the whole road, and the second run changes nothing' {
        $first = Install-MailApp LogicalDOC -Mailbox $alice
        $first.Status | Sort-Object -Unique | Should -Be Done, Unchanged
        ($first | Where-Object Step -eq Test).Checks.Name | Should -Contain Login
        (Install-MailApp LogicalDOC -Mailbox $alice).Status | Sort-Object -Unique | Should -Be Unchanged
        @(Get-MailAppRegistration LogicalDOC | Get-MailAppCredential).Count | Should -Be 1
        @($first[-1].App | Receive-MailboxMessage -Mailbox $alice).Count | Should -Be 5
    }

    It 'shows the whole plan with -WhatIf and does nothing' {
        $before = @(Get-MailAdminChange).Count
        Install-MailApp Jim2 -Mailbox $alice -WhatIf | Should -BeNullOrEmpty
        @(Get-MailAdminChange).Count | Should -Be $before
        $said = Invoke-ChildPwsh -Command "Import-Module '$((Get-Module MailAdmin).ModuleBase)'; `$null = Connect-MailAdmin -Sandbox; Install-MailApp Jim2 -Mailbox $alice -WhatIf"
        $said.Count | Should -Be 9
        $said[0] | Should -BeLike 'What if: *Register*'
        $said[-1] | Should -BeLike '*Last Checked*'
    }

    It 'writes a plan that is applied as it was written' {
        $path = Join-Path $TestDrive plan.json
        $plan = Install-MailApp SysAid -Mailbox $invoices -TimeZone Europe/Berlin -PlanPath $path
        $plan.Status | Sort-Object -Unique | Should -Be Planned
        Get-MailAppRegistration SysAid* | Should -BeNullOrEmpty
        (Get-Content $path -Raw | ConvertFrom-Json).steps.step | Should -Be $plan.Step
        (Install-MailApp -Plan $path).Status | Should -Not -Contain Failed
        (Install-MailApp -Plan $path).Status | Sort-Object -Unique | Should -Be Unchanged
        (Get-Content $path -Raw) -replace '("mailboxes": \[\s*")invoices', '$1alice' | Set-Content $path
        { Install-MailApp -Plan $path -ErrorAction Stop } | Should -Throw -ErrorId 'PlanOutdated*'
    }

    It 'leaves to others what the role does not allow, and goes on' {
        Set-MailSandbox -ExchangeRoleGroup 'View-Only Organization Management'
        $steps = Install-MailApp LogicalDOC -Mailbox $alice
        ($steps | Where-Object Step -eq Access).Status | Should -Be Pending
        ($steps | Where-Object Step -eq Access).Detail | Should -BeLike 'Needs Organization Management*'
        ($steps | Where-Object Step -eq Consent).Status | Should -Be Done
        Set-MailSandbox -ExchangeRoleGroup 'Organization Management'
        (Get-MailAdminContext).Sandbox | Connect-MailAdmin | Out-Null
        (Install-MailApp LogicalDOC -Mailbox $alice).Status | Should -Not -Contain Pending
    }

    It 'shows no secret, in no form' {
        $steps = Install-MailApp Jim2 -Mailbox $alice
        $secret = ConvertFrom-SecureString $steps[-1].App.ClientSecret -AsPlainText
        $shown = ($steps | Out-String) + ($steps | Format-List * | Out-String) + ($steps | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue) + ($steps[-1].ProductSettings | Out-String)
        $shown | Should -Not -BeLike "*$secret*"
        $steps[-1].ProductSettings[0].Field.Name | Should -Be Name, 'Email Address', 'Received Enabled', Tenant, Client, Pwd, Mailbox, 'After Processing', 'Move To', 'Last Checked'
    }

    It 'keeps a new secret in a vault, and tests with it in another session' {
        $global:RecipeVault = @{}
        function global:Get-SecretInfo { [CmdletBinding()] param($Vault, $Name) $global:RecipeVault.Keys | Where-Object { $_ -like $Name } }
        function global:Get-Secret { [CmdletBinding()] param($Vault, $Name) $global:RecipeVault[$Name] }
        function global:Set-Secret { [CmdletBinding()] param($Vault, $Name, $Secret) $global:RecipeVault[$Name] = $Secret }
        try {
            $null = Install-MailApp LogicalDOC -Mailbox $alice -Vault Production
            $global:RecipeVault.LogicalDOC | Should -BeOfType securestring
            $sandbox = (Get-MailAdminContext).Sandbox
            Disconnect-MailAdmin
            $sandbox | Connect-MailAdmin | Out-Null
            $without = Install-MailApp LogicalDOC -Mailbox $alice | Where-Object Step -eq Test
            $without.Detail | Should -BeLike '*a second secret isn''t created*'
            $without.Status | Should -Be Skipped
            (Install-MailApp LogicalDOC -Mailbox $alice -Vault Production).Status | Sort-Object -Unique | Should -Be Unchanged
            @(Get-MailAppRegistration LogicalDOC | Get-MailAppCredential).Count | Should -Be 1
            (Get-MailAppRegistration LogicalDOC | Get-MailAppProductSetting -IncludeSecret -Vault Production -SecretName Copy -ClientSecret $global:RecipeVault.LogicalDOC).SecretWrittenTo | Should -Be "'Copy' in the vault 'Production'"
            $global:RecipeVault.Copy | Should -BeOfType securestring
        }
        finally {
            Remove-Item function:global:Get-SecretInfo, function:global:Get-Secret, function:global:Set-Secret
            Remove-Variable -Scope Global RecipeVault
        }
    }

    It 'writes a reminder of the secrets end' {
        $null = Install-MailApp Jim2 -Mailbox $alice -Reminder $TestDrive
        Get-Content (Get-ChildItem $TestDrive -Filter *.ics).FullName -Raw | Should -BeLike '*BEGIN:VEVENT*Jim2*'
    }
}

Describe 'An app of somebody else' {
    BeforeEach { Connect-MailAdmin -Sandbox | Out-Null }

    It 'gets nothing from <Recipe>' -ForEach @(
        @{ Recipe = 'LogicalDOC'; Way = @{} }
        @{ Recipe = 'Jim2'; Way = @{} }
        @{ Recipe = 'Jim2'; Way = @{ TenantWide = $true } }
        @{ Recipe = 'SysAid'; Way = @{ TimeZone = 'Europe/Berlin' } }
        @{ Recipe = 'Ultimo'; Way = @{ Delegated = $true; Customer = 'contoso' } }
    ) {
        Set-MailSandbox -OthersApp $Recipe
        $foreign = Get-MailAppRegistration $Recipe
        $steps = Install-MailApp $Recipe -Mailbox $alice @Way -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failure
        $steps[0].Status | Should -Be Failed
        $steps | Select-Object -Skip 1 | ForEach-Object { $_.Status, $_.Detail | Should -Be Skipped, 'Skipped because the Register step failed.' }
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'ForeignApp*'
        "$($failure[0])" | Should -BeLike "*$($foreign.ClientId)*owner $($foreign.Owner)*secret $($foreign.SecretId)*"
        $failure[0].ErrorDetails.RecommendedAction | Should -BeLike "*-App $($foreign.ClientId) -Adopt*"
        @(Get-MailAdminChange) | Should -BeNullOrEmpty
        (Get-MailAppRegistration $Recipe).GrantedPermission | Should -BeNullOrEmpty
        @($foreign | Get-MailAppCredential).Count | Should -Be 1
        Get-MailboxAccess -App $foreign | Should -BeNullOrEmpty
        { Install-MailApp $Recipe -Mailbox $alice @Way -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ForeignApp*'

        $again = Install-MailApp $Recipe -Mailbox $alice @Way -Confirm:$false -Name "$Recipe of ours" -ErrorAction Stop
        $again.Status | Should -Not -Contain Failed
        $again[-1].App.ClientId | Should -Not -Be $foreign.ClientId
    }

    It 'is used when it is named by its object or its id, also in a plan' {
        Set-MailSandbox -OthersApp LogicalDOC
        $foreign = Get-MailAppRegistration LogicalDOC
        $path = Join-Path $TestDrive foreign.json
        $null = Install-MailApp LogicalDOC -Mailbox $alice -App $foreign -PlanPath $path
        (Get-Content $path -Raw | ConvertFrom-Json).request.app | Should -Be $foreign.ClientId
        { Install-MailApp -Plan $path -ErrorAction Stop } | Should -Throw -ErrorId 'AdoptionRequired*'
        @(Get-MailAdminChange) | Should -BeNullOrEmpty
        # Its maker's secret is known and stays; the maker doesn't.
        $steps = Install-MailApp -Plan $path -Adopt -Accept 'of its owner' -WarningVariable removed -WarningAction Ignore
        "$removed" | Should -BeLike "*owner $($foreign.Owner)*"
        $steps.Status | Should -Not -Contain Failed
        (Get-MailAppRegistration -App $foreign.ClientId).Owner | Should -Not -Contain $foreign.Owner
        $steps[-1].App.ClientId | Should -Be $foreign.ClientId
        (Install-MailApp LogicalDOC -Mailbox $alice -App $foreign.ApplicationObjectId).Status | Should -Not -Contain Done
        # From then on Exchange has an entry of it under this name.
        (Install-MailApp LogicalDOC -Mailbox $alice).Status | Should -Not -Contain Failed
        { Install-MailApp JEMHC -Mailbox $alice -App $foreign -ErrorAction Stop } | Should -Throw -ErrorId 'AppOfVendor*'
    }

    It 'is not completed by New-MailAppRegistration, Initialize-MailAdmin or Repair-MailApp' {
        Set-MailSandbox -OthersApp Scanner, 'MailAdmin for users'
        { New-MailAppRegistration Scanner -ApplicationPermission Exchange/IMAP.AccessAsApp -ErrorAction Stop } | Should -Throw -ErrorId 'ForeignApp*'
        { New-MailAppRegistration Scanner -ApplicationPermission Graph/Mail.Read -Mailbox $alice -ErrorAction Stop } | Should -Throw -ErrorId 'ForeignApp*'
        { Initialize-MailAdmin -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ForeignApp*'
        @(Get-MailAdminChange) | Should -BeNullOrEmpty
        $id = (Get-MailAppRegistration Scanner).ClientId
        { New-MailAppRegistration Scanner -App $id -Recipe LogicalDOC -ErrorAction Stop } | Should -Throw -ErrorId 'AdoptionRequired*'
        { Repair-MailApp Scanner -Recipe LogicalDOC -Mailbox $alice -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ForeignApp*'
        { Repair-MailApp $id -Recipe LogicalDOC -Mailbox $alice -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'AdoptionRequired*'
        @(Get-MailAdminChange) | Should -BeNullOrEmpty
        (New-MailAppRegistration Scanner -App $id -Recipe LogicalDOC -Adopt -WarningAction Ignore).Change | Should -Be Updated
        (Get-MailAppRegistration Scanner | Repair-MailApp -Mailbox $alice -Confirm:$false).Step | Should -Contain Access
    }
}

Describe 'Get-MailAppProductSetting' {
    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
        $app = (Install-MailApp LogicalDOC -Mailbox $alice)[-1].App
    }

    It 'masks the secret, and writes it for its owner alone' {
        $setting = Get-MailAppRegistration LogicalDOC | Get-MailAppProductSetting
        ($setting.Field | Where-Object IsSecret).Value | Should -Be '********'
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).secret.txt"
        ($app | Get-MailAppProductSetting -IncludeSecret -Path $path).SecretWrittenTo | Should -Be $path
        Get-Content $path | Should -Contain "Client Secret: $(ConvertFrom-SecureString $app.ClientSecret -AsPlainText)"
        if (-not $IsWindows) {
            [int](Get-Item $path).UnixFileMode | Should -Be 384
        }
        { $app | Get-MailAppProductSetting -IncludeSecret -Path $path -ErrorAction Stop } | Should -Throw -ErrorId 'ProductSettingNotWritable*'
    }

    It 'writes the secret to one place and nowhere else' {
        { $app | Get-MailAppProductSetting -IncludeSecret -ErrorAction Stop } | Should -Throw -ErrorId 'ProductSettingDestinationRequired*'
        { $app | Get-MailAppProductSetting -Path x -ErrorAction Stop } | Should -Throw -ErrorId 'ProductSettingDestinationRequired*'
        { $app | Get-MailAppProductSetting -IncludeSecret -Path x -Clipboard -ErrorAction Stop } | Should -Throw -ErrorId 'ProductSettingDestinationRequired*'
    }

    It 'says when the secret isn''t available, and when there is no recipe' {
        $other = New-MailAppRegistration Other -ApplicationPermission Exchange/IMAP.AccessAsApp
        { $other | Get-MailAppProductSetting -Mailbox $alice -ErrorAction Stop } | Should -Throw -ErrorId 'AppWithoutRecipe*'
        ($other | Get-MailAppProductSetting -Recipe LogicalDOC -Mailbox $alice).Field[5].Value | Should -Be $other.ClientId
        $sandbox = (Get-MailAdminContext).Sandbox
        Disconnect-MailAdmin
        $sandbox | Connect-MailAdmin | Out-Null
        (Get-MailAppRegistration LogicalDOC | Get-MailAppProductSetting).ManualStep[0] | Should -BeLike "The secret value isn't available*"
        { Get-MailAppRegistration LogicalDOC | Get-MailAppProductSetting -IncludeSecret -Path x -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotAvailable*'
    }
}

Describe 'Test-MailApp and Repair-MailApp' {
    BeforeEach { Connect-MailAdmin -Sandbox | Out-Null }

    It 'find what is too much, and take it away' {
        $app = (Install-MailApp Jim2 -Mailbox $alice)[-1].App
        ($app | Test-MailApp).Verdict | Should -Be Passed
        $app | Repair-MailApp -Confirm:$false | Should -BeNullOrEmpty
        $null = $app | Grant-MailAppConsent -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send -TenantWide -Confirm:$false
        $test = $app | Test-MailApp
        $test.Verdict | Should -Be Failed
        $test.Drift.Kind | Sort-Object | Should -Be Excess, Unrestricted
        $app | Repair-MailApp -WhatIf
        ($app | Test-MailApp).Drift.Count | Should -Be 2
        ($app | Repair-MailApp -Confirm:$false).Status | Sort-Object -Unique | Should -Be Done
        ($app | Test-MailApp).Drift | Should -BeNullOrEmpty
        (Get-MailAppRegistration Jim2).GrantedPermission | Should -BeNullOrEmpty
    }

    It 'take each app from the pipeline, and those of other recipes by name' {
        $null = Install-MailApp LogicalDOC -Mailbox $alice
        $null = Install-MailApp SysAid -Mailbox $bob
        $tests = Get-MailAppRegistration | Where-Object Recipe | Test-MailApp
        $tests.Recipe | Sort-Object | Should -Be LogicalDOC, SysAid
        { Get-MailAppRegistration MailAdmin | Test-MailApp -ErrorAction Stop } | Should -Throw -ErrorId 'AppWithoutRecipe*'
        (Get-MailAppRegistration LogicalDOC | Test-MailApp -Recipe Jim2).Verdict | Should -Be Failed
    }

    It 'test the mail flow and find that no product processes the message' {
        $app = (Install-MailApp SysAid -Mailbox $alice)[-1].App
        $check = ($app | Test-MailApp -TestMailFlow -Timeout 0:0:1).Checks | Where-Object Name -eq MailFlow
        $check.Status | Should -Be Failed
        $check.Cause | Should -BeLike 'SysAid didn''t remove the message*'
        $jim = (Install-MailApp Jim2 -Mailbox $alice)[-1].App
        { $jim | Test-MailApp -TestMailFlow -ErrorAction Stop } | Should -Throw -ErrorId 'MailFlowSenderRequired*'
        ($jim | Test-MailApp -TestMailFlow -Timeout 0:0:1 -Sender (New-MailboxConnection -App $app -Mailbox $alice)).Verdict | Should -Be Failed
    }
}
