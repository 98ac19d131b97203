# Something else than the service answers: a proxy, a gateway, a sign-in page, a broken line. Every cmdlet ends with an error of its
# own, and reports nothing as done.
BeforeDiscovery {
    # What each cmdlet that asks a service is called with. $app, $connection and $message are there before anything is bent.
    $calls = @(
        'New-MailAppRegistration Bent -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false'
        'Get-MailAppRegistration'
        'Remove-MailAppRegistration -App $app -Confirm:$false'
        'Grant-MailAppConsent -App $app -Confirm:$false'
        'Revoke-MailAppConsent -App $app -Confirm:$false'
        'Get-MailAppConsentRequest'
        'Approve-MailAppConsentRequest -Id $app.ClientId -Confirm:$false'
        'Get-MailAppConsentPolicy'
        'Set-MailAppConsentPolicy -Enabled $false -Confirm:$false'
        'Get-MailAppPermission -App $app'
        'New-MailAppSecret -App $app -Confirm:$false'
        'Update-MailAppSecret -App $app -ScriptBlock {} -Confirm:$false'
        'New-MailAppCertificate -App $app -Path $pfx -Password $secret -Confirm:$false'
        'Get-MailAppCredential -App $app'
        'Remove-MailAppCredential -App $app -Superseded -Confirm:$false'
        'Install-MailApp Jim2 -Mailbox $mailbox -Confirm:$false'
        'Test-MailApp -App $app -Recipe Jim2 -Mailbox $mailbox'
        'Repair-MailApp -App $app -Recipe Jim2 -Mailbox $mailbox -Confirm:$false'
        'Grant-MailboxAccess -App $app -Mailbox $mailbox -Confirm:$false'
        'Get-MailboxAccess -Mailbox $mailbox'
        'Revoke-MailboxAccess -App $app -Mailbox $mailbox -Confirm:$false'
        'New-MailAppAccessPolicy -App $app -Mailbox $mailbox -Confirm:$false'
        'Get-MailAppAccessPolicy'
        'Limit-MailApp -App $app -Mailbox $mailbox -Confirm:$false'
        'Test-MailAppAccess -App $app -Mailbox $mailbox'
        'Get-MailAppAccess -App $app'
        'Compare-MailAppAccess -Baseline $baseline'
        'Get-MailAppUsage -App $app'
        'Set-MailAppRegistration -App $app -Enabled $false -Confirm:$false'
        'Get-MailboxSetting -Mailbox $mailbox'
        'Set-MailboxSetting -Mailbox $mailbox -ImapEnabled $true -Confirm:$false'
        'Get-MailFolder -Connection $connection'
        'New-MailFolder -Connection $connection -Path Bent -Confirm:$false'
        'Get-MailboxMessage -Connection $connection'
        '$message | Get-MailboxMessage -Body'
        'Receive-MailboxMessage -Connection $connection -AfterProcessing Delete'
        '$message | Receive-MailboxMessage -AfterProcessing Purge -Force'
        'Send-MailboxMessage -Connection $connection -To $mailbox -Subject Bent -Body text -Confirm:$false'
        'Test-MailboxConnection -Connection $connection'
        'Export-MailAdminReport -Path $report'
    ) | ForEach-Object { @{ Name = ($_ -replace '^\$message \| ').Split(' ')[0]; Call = $_ } }
}

Describe 'A proxy in place of the service' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send -TenantWide -Confirm:$false
        $connection = $app | New-MailboxConnection -Mailbox $mailbox
        $null = Add-MailSandboxMessage $mailbox -Content "From: a@x.example`nSubject: one`nMessage-ID: <one@x.example>`n`ntext"
        $message = $connection | Get-MailboxMessage -First 1
        $pfx = Join-Path $TestDrive bent.pfx
        $report = Join-Path $TestDrive report.html
        $baseline = Join-Path $TestDrive baseline.json
        Get-MailAppAccess | ConvertTo-Json -Depth 5 -AsArray | Set-Content $baseline
        $secret = [securestring]::new()
        'a'.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
        $ids = Get-Content (Join-Path $PSScriptRoot ../../docs/Errors.md) | Where-Object { $_ -match '^\| (\w+) \|' } | ForEach-Object { $Matches[1] }
        function Get-State {
            $apps = @(Get-MailAppRegistration).ForEach({ "$($_.Name) $($_.Permission -join ',')" })
            $mail = @(Get-MailSandboxMessage -Mailbox $mailbox).ForEach({ "$($_.Folder) $($_.Subject)" })
            ($apps + $mail | Sort-Object) -join ';'
        }
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    AfterEach {
        Set-MailSandbox -ClearFault
    }

    It 'the calls below leave no cmdlet out that asks a service' -ForEach @{ Named = $calls.Name } {
        $local = 'Connect-MailAdmin', 'Disconnect-MailAdmin', 'Get-MailAdminContext', 'Initialize-MailAdmin', 'Get-MailAdminChange',
            'Get-MailAppRecipe', 'Get-MailAppProductSetting', 'Remove-MailAppAccessPolicy', 'New-MailboxConnection', 'Save-MailboxConnection',
            'Get-MailboxConnection', 'Remove-MailboxConnection', 'Read-MailMessage', 'New-MailSandbox', 'Set-MailSandbox', 'Add-MailSandboxMessage', 'Get-MailSandboxMessage'
        (Get-Command -Module MailAdmin -CommandType Cmdlet).Name | Where-Object { $_ -notin $Named + $local } | Should -BeNullOrEmpty
    }

    It 'is an error of ours for <Call>, and nothing is done' -ForEach $calls {
        $faults = 'ProxyRedirect', 'ProxyNoContent', 'ProxyEmptyObject', 'ProxyPage', 'ProxyForbidden', 'JsonTruncated', 'LengthWrong', 'ConnectionCut'
        $before = Get-State
        foreach ($fault in $faults) {
            Set-MailSandbox -Fault $fault
            $errors = $null
            $output = try {
                & ([scriptblock]::Create("$Call -ErrorVariable errors -ErrorAction SilentlyContinue -WarningAction SilentlyContinue"))
            }
            catch {
                $errors = @($_)
            }
            Set-MailSandbox -ClearFault

            foreach ($one in $errors) {
                $id = $one.FullyQualifiedErrorId.Split(',')[0]
                "$fault $id" | Should -BeIn @($ids.ForEach({ "$fault $_" })) -Because "$one"
            }
            $done = @($output).Where({ "$($_.Change)" -in 'Created', 'Updated', 'Removed' -or "$($_.Status)" -eq 'Done' -or "$($_.Verdict)" -eq 'Passed' })
            $done.Count | Should -Be 0 -Because "$fault must not be taken for success: $($done | Out-String)"
            if ($Name -ne 'Export-MailAdminReport') {
                (@($errors).Count + @($output).Where({ "$($_.Verdict)" -in 'Failed', 'Unknown' -or "$($_.Status)" -in 'Failed', 'Pending' }).Count) |
                    Should -BeGreaterThan 0 -Because "$fault must be told"
            }
        }
        Get-State | Should -Be $before
    }

    It 'passes when a gateway fails once: <_>' -ForEach 'Get-MailAppRegistration', 'Get-MailAppPermission -App $app' {
        Set-MailSandbox -Fault ProxyBadGateway -FaultCount 1
        & ([scriptblock]::Create("$_ -ErrorAction Stop")) | Should -Not -BeNullOrEmpty
    }
}
